package dev.facet.entropy;

/**
 * CompressAI's code for symbols outside their row: the row's escape bin, then the number of 4-bit
 * digits, then the digits, least significant first. Values below the row have odd codes, values
 * above it even ones.
 */
final class Escape {
  /** Bits of a digit. */
  static final int DIGIT_BITS = 4;

  static final int DIGIT_MASK = (1 << DIGIT_BITS) - 1;

  /** Digits of the largest code; more make the reference encoder run for ever. */
  static final int MAX_DIGITS = 7;

  /** Codes end here, 2^28. */
  static final long LIMIT = 1L << (DIGIT_BITS * MAX_DIGITS);

  private Escape() {}

  /** Returns the code of a bin number outside 0..escape-1. */
  static long code(long bin, int escape) {
    return bin < 0 ? -2 * bin - 1 : 2 * (bin - escape);
  }

  /** Returns the bin number that has a code below {@link #LIMIT}. */
  static int bin(int code, int escape) {
    return (code & 1) != 0 ? -(code >> 1) - 1 : (code >> 1) + escape;
  }

  /** Returns the number of digits: 0 for the code 0. */
  static int digits(int code) {
    return (32 - Integer.numberOfLeadingZeros(code) + DIGIT_BITS - 1) / DIGIT_BITS;
  }
}
