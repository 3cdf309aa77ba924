package dev.facet.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command: returns the exit code, throws what failed. */
abstract class Operation implements Callable<Integer> {
  static final int DONE = 0;
  static final int FAILED = 1;

  @Spec private @Nullable CommandSpec spec;

  final PrintWriter out() {
    return spec().commandLine().getOut();
  }

  final PrintWriter err() {
    return spec().commandLine().getErr();
  }

  final CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets this before it calls the command");
    }
    return spec;
  }
}
