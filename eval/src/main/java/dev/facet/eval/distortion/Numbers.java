package dev.facet.eval.distortion;

/** Strengths as tables write them. */
final class Numbers {
  private Numbers() {}

  /** Without needless zeros: 1, 1.5. */
  static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
