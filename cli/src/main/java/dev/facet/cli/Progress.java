package dev.facet.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;

/** A bar on a terminal; nothing in a pipe. */
final class Progress implements AutoCloseable {
  private static final int WIDTH = 30;

  private final PrintWriter err;
  private final boolean shown;
  private final int total;
  private int done;

  Progress(PrintWriter err, int total) {
    this.err = err;
    this.total = total;
    this.shown = total > 1 && isTerminal();
    draw();
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  void step() {
    done++;
    draw();
  }

  private void draw() {
    if (shown) {
      int filled = done * WIDTH / total;
      err.print(
          "\r[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + done + "/" + total);
      err.flush();
    }
  }

  /** Removes the bar. */
  @Override
  public void close() {
    if (shown) {
      err.print("\r" + " ".repeat(WIDTH + 24) + "\r");
      err.flush();
    }
  }
}
