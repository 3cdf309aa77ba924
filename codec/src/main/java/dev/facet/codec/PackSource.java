package dev.facet.codec;

import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The files of a pack: a folder or a zip. All names are plain: nothing outside the pack can be reached. */
abstract sealed class PackSource {
  static final String DESCRIPTION = "model.json";
  private static final int MAX_DESCRIPTION = 1 << 20;
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

  private final Path path;

  private PackSource(Path path) {
    this.path = path;
  }

  static PackSource of(Path path) throws ModelPackException {
    if (Files.isDirectory(path)) {
      return new Folder(path);
    }
    if (Files.isRegularFile(path)) {
      return new Zip(path);
    }
    throw new ModelPackException(
        path, Files.exists(path) ? "is neither a folder nor a zip" : "no such model pack");
  }

  /**
   * Letters, digits, dot, minus and underscore, no dot in front: on no system a path out of a folder.
   *
   * @throws IllegalArgumentException on other names
   */
  static String requirePlainName(String name) {
    if (!PLAIN_NAME.matcher(name).matches()) {
      String shown = name.length() > 60 ? name.substring(0, 60) + "..." : name;
      throw new IllegalArgumentException(
          "'" + shown + "' is not a plain file name inside the pack");
    }
    return name;
  }

  final Path path() {
    return path;
  }

  final String describe() {
    return path.toString();
  }

  final String readDescription() throws IOException {
    if (!contains(DESCRIPTION)) {
      throw new ModelPackException(path, "holds no model.json, so it is no model pack");
    }
    byte[] bytes = read(DESCRIPTION, MAX_DESCRIPTION);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ModelPackException(path, "model.json is not UTF-8");
    }
  }

  abstract boolean contains(String plainName) throws IOException;

  /** A file's content, at most {@code limit} bytes. */
  abstract byte[] read(String plainName, int limit) throws IOException;

  abstract Checkpoint readTensors(String plainName) throws IOException;

  final byte[] readAtMost(InputStream in, String name, int limit) throws IOException {
    byte[] bytes = in.readNBytes(limit);
    if (bytes.length == limit && in.read() >= 0) {
      throw new ModelPackException(
          path, String.format(Locale.ROOT, "%s is larger than %d bytes", name, limit));
    }
    return bytes;
  }

  final ModelPackException missing(String name) {
    return new ModelPackException(path, "lacks the file " + name);
  }

  private static final class Folder extends PackSource {
    Folder(Path path) {
      super(path);
    }

    @Override
    boolean contains(String plainName) {
      return Files.isRegularFile(file(plainName), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    byte[] read(String plainName, int limit) throws IOException {
      try (InputStream in = Files.newInputStream(file(plainName))) {
        return readAtMost(in, plainName, limit);
      }
    }

    @Override
    Checkpoint readTensors(String plainName) throws IOException {
      if (!contains(plainName)) {
        throw missing(plainName);
      }
      return Checkpoint.map(file(plainName));
    }

    private Path file(String plainName) {
      return path().resolve(requirePlainName(plainName));
    }
  }

  /** No files at all: a pack whose weights are given. */
  static final class Memory extends PackSource {
    Memory(Path label) {
      super(label);
    }

    @Override
    boolean contains(String plainName) {
      return false;
    }

    @Override
    byte[] read(String plainName, int limit) throws IOException {
      throw missing(plainName);
    }

    @Override
    Checkpoint readTensors(String plainName) throws IOException {
      throw missing(plainName);
    }
  }

  private static final class Zip extends PackSource {
    private static final int MAX_TENSOR_FILE = Integer.MAX_VALUE - 16;

    Zip(Path path) {
      super(path);
    }

    @Override
    boolean contains(String plainName) throws IOException {
      try (ZipFile zip = open()) {
        return zip.getEntry(requirePlainName(plainName)) != null;
      }
    }

    @Override
    byte[] read(String plainName, int limit) throws IOException {
      try (ZipFile zip = open()) {
        ZipEntry entry = zip.getEntry(requirePlainName(plainName));
        if (entry == null) {
          throw missing(plainName);
        }
        try (InputStream in = zip.getInputStream(entry)) {
          return readAtMost(in, plainName, limit);
        }
      }
    }

    @Override
    Checkpoint readTensors(String plainName) throws IOException {
      byte[] bytes = read(plainName, MAX_TENSOR_FILE);
      return Checkpoint.read(path() + ", entry " + plainName, bytes, Limits.DEFAULT);
    }

    private ZipFile open() throws IOException {
      try {
        return new ZipFile(path().toFile());
      } catch (ZipException e) {
        throw new ModelPackException(
            path(), "is neither a folder nor a readable zip: " + e.getMessage());
      }
    }
  }
}
