package dev.facet.nn.internal;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Files and folders under another name while they are written, so that their own never shows half of them. */
public final class Unfinished {
  private Unfinished() {}

  /**
   * A hidden name beside the target, because a move is atomic only within one file system. Not a temporary file or folder of the JDK's:
   * those are for their owner alone, and moving does not change that.
   *
   * @throws NoSuchFileException if the target's folder is missing
   */
  public static Path beside(Path target) throws NoSuchFileException {
    Path folder = target.toAbsolutePath().normalize().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(String.valueOf(folder));
    }
    long process = ProcessHandle.current().pid();
    String unique = Long.toHexString(System.nanoTime());
    return folder.resolve("." + target.getFileName() + "." + process + "-" + unique + ".tmp");
  }

  /** Gives what is finished its name; an older file of that name is replaced. */
  public static void finish(Path unfinished, Path target) throws IOException {
    try {
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Deletes a file, or a folder with all in it; nothing if there is none. */
  public static void delete(Path unfinished) throws IOException {
    if (!Files.exists(unfinished)) {
      return;
    }
    Files.walkFileTree(
        unfinished,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
