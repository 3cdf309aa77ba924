package dev.facet.entropy;

/** Builds the integer tables of a factorized prior (CompressAI, EntropyBottleneck.update). */
final class FactorizedTables {
  private FactorizedTables() {}

  static float[] medians(int channels, float[] quantiles) {
    checkQuantiles(channels, quantiles);
    float[] medians = new float[channels];
    for (int c = 0; c < channels; c++) {
      medians[c] = quantiles[3 * c + 1];
    }
    return medians;
  }

  private static void checkQuantiles(int channels, float[] quantiles) {
    if (quantiles.length != 3L * channels) {
      throw new IllegalArgumentException(
          quantiles.length + " quantiles for " + channels + " channels, expected 3 for each");
    }
    for (int k = 0; k < quantiles.length; k++) {
      if (!Float.isFinite(quantiles[k])) {
        throw new IllegalArgumentException("Channel " + k / 3 + ": quantile " + quantiles[k]);
      }
    }
  }

  static CdfTable build(FactorizedDensity density, float[] quantiles) {
    int channels = density.channels();
    checkQuantiles(channels, quantiles);
    int[] below = new int[channels];
    int[] length = new int[channels];
    int longest = 0;
    for (int c = 0; c < channels; c++) {
      below[c] = reach(c, quantiles[3 * c + 1] - quantiles[3 * c]);
      length[c] = below[c] + reach(c, quantiles[3 * c + 2] - quantiles[3 * c + 1]) + 1;
      if (length[c] >= QuantizedCdf.TOTAL) {
        throw new IllegalArgumentException("Channel " + c + ": the quantiles are too far apart");
      }
      longest = Math.max(longest, length[c]);
    }
    int[][] cdfs = new int[channels][];
    int[] offsets = new int[channels];
    for (int c = 0; c < channels; c++) {
      double first = (double) quantiles[3 * c + 1] - below[c];
      cdfs[c] = QuantizedCdf.fromPmf(pmf(density, c, first, length[c], longest));
      offsets[c] = -below[c];
    }
    return CdfTable.of(cdfs, offsets);
  }

  /** Number of integers on one side of the median: the distance to the quantile, rounded up. */
  private static int reach(int channel, float distance) {
    double reach = StrictMath.ceil(distance);
    if (reach > QuantizedCdf.TOTAL) {
      throw new IllegalArgumentException(
          "Channel " + channel + ": the quantiles are too far apart");
    }
    return Math.max(0, (int) reach);
  }

  /**
   * Masses of the unit intervals around first, first + 1, ..., and then of both tails.
   *
   * <p>The reference evaluates every channel up to the longest one and takes the upper tail there,
   * not where this channel ends. The escape bin is smaller than it should be for that reason; the
   * tables of all models out there depend on it.
   */
  private static float[] pmf(
      FactorizedDensity density, int channel, double first, int length, int longest) {
    float[] pmf = new float[length + 1];
    for (int k = 0; k < length; k++) {
      double lower = density.logit(channel, first + k - 0.5);
      double upper = density.logit(channel, first + k + 0.5);
      // Mirrored into the lower half of the sigmoid, where differences keep their precision. Where
      // lower + upper is 0, CompressAI 1.1.5 computes a mass of 0 and later versions the true one,
      // as here.
      double sign = lower + upper > 0 ? -1 : 1;
      pmf[k] =
          (float)
              Math.abs(
                  FactorizedDensity.sigmoid(sign * upper)
                      - FactorizedDensity.sigmoid(sign * lower));
    }
    double below = density.logit(channel, first - 0.5);
    double above = density.logit(channel, first + (longest - 1) + 0.5);
    pmf[length] = (float) (FactorizedDensity.sigmoid(below) + FactorizedDensity.sigmoid(-above));
    return pmf;
  }
}
