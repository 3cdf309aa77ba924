package dev.facet.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where manifest and streams are: a folder, or what is shipped inside this module. */
final class VectorSource {
  /** More than any vector has. */
  private static final int MAX_BYTES = 1 << 24;

  private static final String SHIPPED = "vectors/";

  private final @Nullable Path folder;

  private VectorSource(@Nullable Path folder) {
    this.folder = folder;
  }

  static VectorSource shipped() {
    return new VectorSource(null);
  }

  static VectorSource in(Path folder) {
    return new VectorSource(folder);
  }

  /**
   * A whole file.
   *
   * @throws NoSuchFileException if there is none
   * @throws IOException if it cannot be read, or is larger than any vector
   */
  byte[] read(String fileName) throws IOException {
    try (InputStream in = open(fileName)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException(
            String.format(
                Locale.ROOT, "%s has more than %d bytes: no vector has", fileName, MAX_BYTES));
      }
      return bytes;
    }
  }

  private InputStream open(String fileName) throws IOException {
    if (folder != null) {
      return Files.newInputStream(folder.resolve(fileName));
    }
    InputStream in = VectorSource.class.getResourceAsStream(SHIPPED + fileName);
    if (in == null) {
      throw new NoSuchFileException(toString() + "/" + fileName);
    }
    return in;
  }

  @Override
  public String toString() {
    return folder == null ? "the shipped vectors" : folder.toString();
  }
}
