package dev.facet.codec.logquant;

import dev.facet.codec.FeatureRange;

/**
 * Logarithmic quantiser of t bits (Chen et al. 2019, eq. 5 and 6; t = 8 there): log(x - min + 1) goes from 0 to 2^t - 1. Features behind
 * a ReLU are dense near 0, and so are the steps.
 */
final class LogarithmicQuantizer {
  private final FeatureRange range;
  private final int last;

  /** log(max - min + 1); its base does not matter. */
  private final double logRange;

  private final float[] values;

  /**
   * A quantiser.
   *
   * @param bits t, 1 to 15
   */
  LogarithmicQuantizer(FeatureRange range, int bits) {
    this.range = range;
    last = (1 << bits) - 1;
    logRange = StrictMath.log1p((double) range.max() - range.min());
    values = new float[last + 1];
    for (int i = 0; i <= last; i++) {
      values[i] = (float) (range.min() + StrictMath.expm1(logRange * i / last));
    }
    // rounding must not lead out of the range
    values[last] = range.max();
  }

  /** The nearest step, halves to even; what lies outside the range goes to its ends. */
  short quantize(float value) {
    if (logRange == 0) {
      return 0;
    }
    double steps = StrictMath.log1p((double) value - range.min()) / logRange * last;
    return (short) Math.clamp(Math.rint(steps), 0, last);
  }

  /**
   * The value of a step.
   *
   * @param steps 0 to 2^t - 1
   */
  float dequantize(int steps) {
    return values[steps];
  }
}
