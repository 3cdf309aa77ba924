package dev.facet.conformance;

import dev.facet.nn.Backend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code manifest.txt}: the numeric profile and the digests of all vectors. Lines are {@code format 1}, {@code profile N},
 * then {@code vector NAME STREAM_SHA256 FEATURES_SHA256} with {@code -} where there is no stream; {@code #} starts a comment.
 *
 * @param vectors by name, in the order of the file
 */
record Manifest(Map<String, Digests> vectors) {
  static final String FILE_NAME = "manifest.txt";

  private static final int FORMAT = 1;
  private static final Pattern VECTOR =
      Pattern.compile("vector ([a-z0-9/-]{1,80}) (-|[0-9a-f]{64}) ([0-9a-f]{64})");

  /**
   * Reads a manifest.
   *
   * @param where for messages
   * @throws IOException if it is damaged, or of another format or numeric profile
   */
  static Manifest parse(String where, byte[] bytes) throws IOException {
    String[] lines;
    try {
      lines =
          StandardCharsets.US_ASCII
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes))
              .toString()
              .split("\r?\n", -1);
    } catch (CharacterCodingException e) {
      throw new IOException(where + "/" + FILE_NAME + " is no manifest: it is not ASCII text", e);
    }
    Map<String, Digests> vectors = new LinkedHashMap<>();
    int head = 0;
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      head++;
      if (head == 1) {
        requireNumber(where, line, "format", FORMAT);
        continue;
      }
      if (head == 2) {
        requireNumber(where, line, "profile", Backend.NUMERIC_PROFILE);
        continue;
      }
      Matcher vector = VECTOR.matcher(line);
      if (!vector.matches()
          || vectors.put(vector.group(1), new Digests(vector.group(2), vector.group(3))) != null) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s/%s, line %d: not 'vector NAME STREAM_SHA256 FEATURES_SHA256' with a new name",
                where,
                FILE_NAME,
                i + 1));
      }
    }
    if (head < 2) {
      throw new IOException(where + "/" + FILE_NAME + " is no manifest: it is too short");
    }
    return new Manifest(vectors);
  }

  private static void requireNumber(String where, String line, String key, int expected)
      throws IOException {
    if (!line.equals(key + " " + expected)) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s/%s says '%.40s', this build verifies '%s %d': use the release that the vectors are for",
              where,
              FILE_NAME,
              line,
              key,
              expected));
    }
  }

  /** The file. */
  byte[] toBytes() {
    StringBuilder text = new StringBuilder();
    text.append("# Conformance vectors, written by conformance/generate (docs/conformance.md)\n");
    text.append("format ").append(FORMAT).append('\n');
    text.append("profile ").append(Backend.NUMERIC_PROFILE).append('\n');
    vectors.forEach((name, digests) ->
        text.append("vector ")
            .append(name)
            .append(' ')
            .append(digests.stream())
            .append(' ')
            .append(digests.features())
            .append('\n'));
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
