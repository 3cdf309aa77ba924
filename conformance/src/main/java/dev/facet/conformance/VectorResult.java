package dev.facet.conformance;

import java.util.Locale;
import java.util.Optional;

/**
 * What one vector gave here.
 *
 * @param name the vector's
 * @param streamSha256 of the stream that was encoded here, in hexadecimal; "-" where there is none
 * @param featuresSha256 of the features that were decoded or computed here; "-" where that failed
 * @param problem one line on what is wrong, with the vector's name; empty if all bits are right
 */
public record VectorResult(
    String name, String streamSha256, String featuresSha256, Optional<String> problem) {
  private static final int SHOWN_DIGITS = 16;

  /** Whether all bits are right. */
  public boolean ok() {
    return problem.isEmpty();
  }

  /** One line: ok or DIFFERS, the name, the digests' first digits. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "%-8s%-44s%-18s%s",
        ok() ? "ok" : "DIFFERS",
        name,
        shortened(streamSha256),
        shortened(featuresSha256));
  }

  private static String shortened(String digest) {
    return digest.substring(0, Math.min(SHOWN_DIGITS, digest.length()));
  }
}
