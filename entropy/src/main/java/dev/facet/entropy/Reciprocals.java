package dev.facet.entropy;

/**
 * Exact division of the coder state by a frequency without a division instruction, which takes 40
 * to 90 cycles on some CPUs.
 *
 * <p>For a divisor d with l = ceil(log2 d) and m = ceil(2^(63+l) / d), floor(x / d) = floor(m x /
 * 2^(63+l)) for all x from 0 to 2^63 - 1: m d - 2^(63+l) is at least 0 and at most 2^l, which is
 * the condition of T. Granlund, P. Montgomery: Division by Invariant Integers using Multiplication
 * (PLDI 1994), theorem 4.2. m is below 2^64, and 2x as well, so that one unsigned 64 x 64 bit
 * product is enough.
 */
final class Reciprocals {
  /** m for each divisor up to 65535; entry 0 is unused. 512 KiB, made when first used. */
  static final long[] TABLE = new long[QuantizedCdf.TOTAL];

  static {
    for (int d = 1; d < TABLE.length; d++) {
      // 2^63 = q d + r, hence 2^(63+l) / d = q 2^l + r 2^l / d, rounded up
      long q = Long.divideUnsigned(1L << 63, d);
      long r = Long.remainderUnsigned(1L << 63, d);
      int l = log2Ceil(d);
      TABLE[d] = (q << l) + ((r << l) + d - 1) / d;
    }
  }

  private Reciprocals() {}

  /** Returns x / d for x from 0 and d from 1 to 65535; {@code table} is {@link #TABLE}. */
  static long divide(long x, int d, long[] table) {
    return Math.unsignedMultiplyHigh(table[d], x << 1) >>> log2Ceil(d);
  }

  private static int log2Ceil(int d) {
    return 32 - Integer.numberOfLeadingZeros(d - 1);
  }
}
