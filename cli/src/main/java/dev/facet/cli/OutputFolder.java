package dev.facet.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A folder for results, made before long work so that a wrong name costs no wait. Its files appear together when all are written; until
 * then it is as it was, and gone if it was not there.
 */
final class OutputFolder implements AutoCloseable {
  private final Path folder;
  private final boolean made;
  private boolean written;

  OutputFolder(Path folder) throws IOException {
    this.folder = folder;
    made = !Files.exists(folder);
    if (made) {
      Files.createDirectory(folder);
    } else if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    } else if (!Files.isWritable(folder)) {
      throw new AccessDeniedException(folder.toString());
    }
  }

  /** Writes text files, in the place of older ones. */
  void write(Map<String, String> files) throws IOException {
    List<OutputFile> open = new ArrayList<>();
    try {
      for (Map.Entry<String, String> file : files.entrySet()) {
        OutputFile output = new OutputFile(folder.resolve(file.getKey()));
        open.add(output);
        output.stream().write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
      for (OutputFile output : open) {
        output.commit();
      }
      written = true;
    } finally {
      for (OutputFile output : open) {
        output.close();
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (made && !written) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException e) {
        // somebody else found a use for it
      }
    }
  }
}
