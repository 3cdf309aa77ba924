package dev.facet.codec.anchor;

import dev.facet.codec.FeatureRange;

/**
 * Uniform quantiser of t bits over a range (Kang et al. 2023, eq. 1 and 2), where steps of (max - min) / (2^t - 1) are counted from
 * min. Single-precision arithmetic throughout, so that decoders agree to the bit.
 */
public final class UniformQuantizer {
  private final FeatureRange range;
  private final float step;
  private final int last;

  /**
   * A quantiser.
   *
   * @param bits t, 1 to 15
   */
  public UniformQuantizer(FeatureRange range, int bits) {
    if (bits < 1 || bits > 15) {
      throw new IllegalArgumentException(bits + " bits are not in 1..15");
    }
    this.range = range;
    last = (1 << bits) - 1;
    step = (range.max() - range.min()) / last;
  }

  /** The nearest step, halves to even; what lies outside the range goes to its ends. */
  public short quantize(float value) {
    if (step == 0) { // all values are one, or differ by less than float32 can divide
      return 0;
    }
    double steps = Math.rint(((double) value - range.min()) / step);
    return (short) Math.clamp(steps, 0, last);
  }

  /**
   * The value of a step; of the last one exactly max.
   *
   * @param steps 0 to 2^t - 1
   */
  public float dequantize(int steps) {
    return steps == last ? range.max() : range.min() + steps * step;
  }
}
