package dev.facet.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that appears under its name only when it is complete: {@link #commit()}, then close. */
final class OutputFile implements AutoCloseable {
  private final Path target;
  private final Path temporary;
  private final OutputStream out;

  OutputFile(Path target) throws IOException {
    this.target = target.toAbsolutePath();
    Path folder = this.target.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(String.valueOf(folder));
    }
    // not createTempFile: its files are for their owner alone
    temporary =
        folder.resolve(
            "."
                + this.target.getFileName()
                + "."
                + ProcessHandle.current().pid()
                + "-"
                + Long.toHexString(System.nanoTime())
                + ".tmp");
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
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(temporary);
  }
}
