package dev.facet.conformance;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 of a vector's bits, in hexadecimal.
 *
 * @param stream of the encoded stream; {@link #NONE} where there is none
 * @param features of what was decoded or computed
 */
record Digests(String stream, String features) {
  /** In place of a digest. */
  static final String NONE = "-";

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static String of(byte[] bytes) {
    return hex(sha256().digest(bytes));
  }

  static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
