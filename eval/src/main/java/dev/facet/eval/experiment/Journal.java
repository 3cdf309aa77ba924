package dev.facet.eval.experiment;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Results of a run in a folder, one line of JSON each, written as they come: a run that was interrupted goes on where it was, and one
 * with another codec more measures only that one. Each codec has a file, whose name holds a digest of everything that its
 * results depend on. Thread-safe.
 */
public final class Journal {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

  private final @Nullable Path folder;
  private final String about;

  private Journal(@Nullable Path folder, String about) {
    this.folder = folder;
    this.about = about;
  }

  /** Keeps nothing. */
  public static Journal none() {
    return new Journal(null, "");
  }

  /**
   * Keeps results in a folder, which is made if need be.
   *
   * @param about what all results depend on: pictures, detector
   */
  public static Journal in(Path folder, String about) {
    return new Journal(folder, about);
  }

  /**
   * Opens the file of a codec.
   *
   * @param name for people, letters, digits and {@code .-_}
   * @param type a record, of which there is one for each line
   * @throws IOException if the file cannot be read or made
   */
  <T> Book<T> open(String name, String key, Class<T> type) throws IOException {
    if (folder == null) {
      return new Book<>(null, List.of());
    }
    Files.createDirectories(folder);
    String digest = digest(about + "\n" + name + "\n" + key).substring(0, 12);
    Path file = folder.resolve(name + "-" + digest + ".jsonl");
    List<T> pieces = new ArrayList<>();
    boolean torn = false;
    if (Files.exists(file)) {
      // bytes that are no UTF-8 must not stop a run: they make a line that is none
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      torn = !text.isEmpty() && !text.endsWith("\n");
      text.lines().map(line -> parse(line, type)).filter(Objects::nonNull).forEach(pieces::add);
    }
    BufferedWriter out =
        Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (torn) {
      out.newLine();
    }
    return new Book<>(out, pieces);
  }

  /** Null for a line that is none, such as the last one of a run that was killed: it is measured again. */
  private static <T> @Nullable T parse(String line, Class<T> type) {
    try {
      return JSON.readValue(line, type);
    } catch (JacksonException | IllegalArgumentException e) {
      return null;
    }
  }

  private static String digest(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The results of one codec. */
  static final class Book<T> implements AutoCloseable {
    private final @Nullable BufferedWriter out;
    private final List<T> pieces;

    private Book(@Nullable BufferedWriter out, List<T> pieces) {
      this.out = out;
      this.pieces = pieces;
    }

    /** Those that were there when it was opened. */
    List<T> pieces() {
      return pieces;
    }

    synchronized void add(T piece) throws IOException {
      if (out != null) {
        out.write(JSON.writeValueAsString(piece));
        out.newLine();
        out.flush();
      }
    }

    @Override
    public synchronized void close() throws IOException {
      if (out != null) {
        out.close();
      }
    }
  }
}
