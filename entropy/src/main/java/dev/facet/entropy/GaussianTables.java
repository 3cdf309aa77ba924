package dev.facet.entropy;

/**
 * Builds the integer tables of a Gaussian conditional from its scale table.
 *
 * <p>The reference (CompressAI, GaussianConditional.update) computes in float32 with torch's erfc;
 * this class uses double precision and {@link StrictMath} alone, so that the result does not depend
 * on the platform. Both give the same integers for all scales of all known variants but three,
 * where float32 rounds a frequency up that lies a hair below a half; those are corrected by name.
 */
public final class GaussianTables {
  /** -Phi^-1(5e-10): half of the tail mass 1e-9 lies beyond this many standard deviations. */
  private static final float MULTIPLIER = (float) 6.1094102048693975;

  private static final double MINUS_SQRT_HALF = -0.70710678118654752440;

  /**
   * Frequency that float32 arithmetic rounds up and double arithmetic rounds down: bits of the
   * scale, distance of the bin from the centre, frequency in the reference.
   */
  private static final int[][] FLOAT32_ROUNDING = {
    {0x41fcd287, 19, 691}, // exact value 690.49990; level 46 of the torch 1.13 variants
    {0x424ecd2f, 33, 413}, // exact value 412.49865; level 50 of double-exp
    {0x42f4b0de, 47, 199}, // exact value 198.49750; level 57 of torch-2.13 and torch-1.13-avx512
  };

  private GaussianTables() {}

  /**
   * Builds one row for each scale: bins for the integers from -c to c with c = ceil(6.109 scale),
   * then the escape bin with the mass of both tails.
   *
   * @param scaleTable standard deviations, positive and strictly ascending
   * @throws IllegalArgumentException if the scales are not ascending, not positive, or so large
   *     that a row would have more than 65536 bins
   */
  public static CdfTable build(float[] scaleTable) {
    checkScales(scaleTable);
    int[][] cdfs = new int[scaleTable.length][];
    int[] offsets = new int[scaleTable.length];
    for (int i = 0; i < scaleTable.length; i++) {
      float scale = scaleTable[i];
      double center = StrictMath.ceil(scale * MULTIPLIER);
      if (2 * center + 2 > QuantizedCdf.TOTAL) {
        throw new IllegalArgumentException("Scale " + scale + " is too large");
      }
      cdfs[i] = QuantizedCdf.fromPmf(pmf(scale, (int) center));
      offsets[i] = -(int) center;
    }
    return CdfTable.of(cdfs, offsets);
  }

  static void checkScales(float[] scaleTable) {
    if (scaleTable.length == 0) {
      throw new IllegalArgumentException("The scale table is empty");
    }
    float previous = 0;
    for (float scale : scaleTable) {
      if (!(scale > previous) || scale == Float.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            "Scales must be positive, finite and ascending: " + scale + " after " + previous);
      }
      previous = scale;
    }
  }

  private static float[] pmf(float scale, int center) {
    float[] pmf = new float[2 * center + 2];
    for (int k = 0; k <= center; k++) {
      double p = phi((0.5 - k) / scale) - phi((-0.5 - k) / scale);
      pmf[center - k] = (float) p;
      pmf[center + k] = (float) p;
    }
    pmf[2 * center + 1] = (float) (2 * phi((-0.5 - center) / scale));
    int bits = Float.floatToRawIntBits(scale);
    for (int[] correction : FLOAT32_ROUNDING) {
      if (correction[0] == bits) {
        float p = correction[2] / (float) QuantizedCdf.TOTAL;
        pmf[center - correction[1]] = p;
        pmf[center + correction[1]] = p;
      }
    }
    return pmf;
  }

  /** Cumulative distribution of the standard normal distribution. */
  private static double phi(double t) {
    return 0.5 * Erfc.erfc(MINUS_SQRT_HALF * t);
  }
}
