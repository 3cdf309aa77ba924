package dev.facet.entropy;

/** Rounding to symbols, shared by both entropy models. */
final class Symbols {
  /** Largest magnitude that the escape code can carry in every table with an offset up to 0. */
  static final int LIMIT = (1 << 27) - 1;

  private Symbols() {}

  /**
   * Returns round(value - mean), the difference in float32 and halves to even, as in the reference.
   *
   * @throws IllegalArgumentException if the result is NaN or beyond {@link #LIMIT}
   */
  static int round(float value, float mean, int position) {
    float difference = value - mean;
    double rounded = Math.rint(difference);
    if (!(Math.abs(rounded) <= LIMIT)) {
      throw new IllegalArgumentException(
          "Element " + position + ": " + value + " - " + mean + " cannot be coded as a symbol");
    }
    return (int) rounded;
  }
}
