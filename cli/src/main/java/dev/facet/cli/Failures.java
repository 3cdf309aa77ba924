package dev.facet.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** One line about a failure: what, where, what to do. */
final class Failures {
  private Failures() {}

  /** An operation that cannot be done, said in one line. */
  static final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
      super(message);
    }

    /** {@code file: message of the cause}. */
    Failure(Path file, Exception cause) {
      super(withFile(file, describe(cause)), cause);
    }

    private static String withFile(Path file, String message) {
      return message.startsWith(file.toString()) ? message : file + ": " + message;
    }
  }

  static String describe(Throwable e) {
    String message =
        switch (e) {
          case NoSuchFileException missing -> missing.getFile() + ": no such file or folder";
          case AccessDeniedException denied -> denied.getFile() + ": permission denied";
          case FileAlreadyExistsException exists -> exists.getFile() + ": exists already";
          case NotDirectoryException file -> file.getFile() + ": is no folder";
          case FileSystemException other ->
              other.getFile()
                  + ": "
                  + (other.getReason() == null ? "cannot be used" : other.getReason());
          case OutOfMemoryError memory ->
              "out of memory: give the JVM more, as in FACET_JAVA_OPTS=-Xmx8g, or fewer threads";
          case IOException io when io.getMessage() != null -> io.getMessage();
          case Failure failure -> String.valueOf(failure.getMessage());
          case IllegalArgumentException wrong when wrong.getMessage() != null -> wrong.getMessage();
          case IllegalStateException state when state.getMessage() != null -> state.getMessage();
          default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    return oneLine(message);
  }

  static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
