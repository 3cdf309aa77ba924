package dev.facet.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 over arrays of numbers in little-endian order. */
final class Sha256 {
  private static final int CHUNK = 1 << 14;

  private Sha256() {}

  static MessageDigest create() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The first {@code n} values. */
  static void update(MessageDigest sha, float[] values, int n) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * Math.min(n, CHUNK)).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < n; from += CHUNK) {
      int count = Math.min(CHUNK, n - from);
      bytes.asFloatBuffer().put(values, from, count);
      sha.update(bytes.array(), 0, 4 * count);
    }
  }

  static void update(MessageDigest sha, int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * Math.min(values.length, CHUNK)).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += CHUNK) {
      int count = Math.min(CHUNK, values.length - from);
      bytes.asIntBuffer().put(values, from, count);
      sha.update(bytes.array(), 0, 4 * count);
    }
  }
}
