package dev.facet.entropy;

/**
 * Turns probability mass functions into the integer cumulative frequencies that the rANS coder
 * uses.
 *
 * <p>This is CompressAI's {@code pmf_to_quantized_cdf} (cpp_exts/ops/ops.cpp) for a precision of 16
 * bits, exact to the last unit, including which bin pays for a bin that would otherwise be empty.
 */
public final class QuantizedCdf {
  /** Number of bits of the frequencies. */
  public static final int PRECISION = 16;

  /** Sum of the frequencies of a row, 2^16. */
  public static final int TOTAL = 1 << PRECISION;

  private QuantizedCdf() {}

  /**
   * Quantizes a probability mass function.
   *
   * <p>Each probability becomes round(65536 p), halves away from zero; the frequencies are scaled
   * by 65536 / (their sum), rounded down; what the truncation leaves over goes to the last bin;
   * then every empty bin, in ascending order, takes one unit from the first of the smallest bins
   * that have more than one.
   *
   * @param pmf probabilities of the bins; they need not sum to one
   * @return {@code pmf.length + 1} cumulative frequencies, from 0 to 65536, strictly increasing
   * @throws IllegalArgumentException where the reference crashes or returns garbage: no bins or
   *     more than 65536, a negative, infinite or NaN entry, a sum that overflows, or every entry
   *     too small to round to anything but zero
   */
  public static int[] fromPmf(float[] pmf) {
    int n = pmf.length;
    if (n == 0 || n > TOTAL) {
      throw new IllegalArgumentException("A pmf has 1 to 65536 bins, not " + n);
    }
    long[] frequencies = new long[n];
    long sum = 0;
    for (int i = 0; i < n; i++) {
      float p = pmf[i];
      if (!(p >= 0) || p >= 1 << 15) {
        throw new IllegalArgumentException("pmf[" + i + "] = " + p + " is not a probability");
      }
      // p * 65536 is exact in double, and so is adding a half: halves go up, away from zero
      frequencies[i] = (long) StrictMath.floor((double) p * TOTAL + 0.5);
      sum += frequencies[i];
    }
    if (sum == 0 || sum > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "The rounded frequencies sum to " + sum + ", expected 1 to " + Integer.MAX_VALUE);
    }
    int[] cdf = new int[n + 1];
    for (int i = 0; i < n; i++) {
      cdf[i + 1] = cdf[i] + (int) (TOTAL * frequencies[i] / sum);
    }
    cdf[n] = TOTAL;
    for (int i = 0; i < n; i++) {
      if (cdf[i] == cdf[i + 1]) {
        fillEmptyBin(cdf, i);
      }
    }
    return cdf;
  }

  private static void fillEmptyBin(int[] cdf, int empty) {
    int donor = -1;
    int smallest = Integer.MAX_VALUE;
    for (int j = 0; j < cdf.length - 1; j++) {
      int frequency = cdf[j + 1] - cdf[j];
      if (frequency > 1 && frequency < smallest) {
        smallest = frequency;
        donor = j;
      }
    }
    // a donor exists: at most 65536 bins share 65536 units and one of the bins is empty
    if (donor < empty) {
      for (int j = donor + 1; j <= empty; j++) {
        cdf[j]--;
      }
    } else {
      for (int j = empty + 1; j <= donor; j++) {
        cdf[j]++;
      }
    }
  }
}
