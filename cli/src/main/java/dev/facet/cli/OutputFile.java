package dev.facet.cli;

import dev.facet.nn.internal.Unfinished;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that appears under its name only when it is complete: {@link #commit()}, then close. */
final class OutputFile implements AutoCloseable {
  private final Path target;
  private final Path temporary;
  private final OutputStream out;

  OutputFile(Path target) throws IOException {
    this.target = target.toAbsolutePath();
    temporary = Unfinished.beside(target);
    out =
        new BufferedOutputStream(
            Files.newOutputStream(
                temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
  }

  /** Writes a whole file. */
  static void write(Path target, byte[] content) throws IOException {
    try (OutputFile file = new OutputFile(target)) {
      file.stream().write(content);
      file.commit();
    }
  }

  OutputStream stream() {
    return out;
  }

  /** Gives the file its name. */
  void commit() throws IOException {
    out.close();
    Unfinished.finish(temporary, target);
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(temporary);
  }
}
