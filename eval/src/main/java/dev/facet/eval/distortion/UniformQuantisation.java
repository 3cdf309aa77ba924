package dev.facet.eval.distortion;

import dev.facet.nn.Tensor;

/**
 * Rounds to the nearest of 2^bits evenly spaced values from 0 to 255.
 *
 * @param bits of a sample, 1 to 16
 */
public record UniformQuantisation(int bits) implements Distortion {
  /**
   * @throws IllegalArgumentException if there are too few or too many bits
   */
  public UniformQuantisation {
    if (bits < 1 || bits > 16) {
      throw new IllegalArgumentException("quantisation to " + bits + " bits: need 1 to 16");
    }
  }

  @Override
  public Tensor apply(Tensor x, long seed) {
    double step = PEAK / (double) ((1 << bits) - 1);
    Tensor rounded = x.copy();
    for (int i = 0; i < rounded.data().length; i++) {
      double value = Math.clamp(rounded.data()[i], 0, PEAK);
      rounded.data()[i] = (float) (Math.rint(value / step) * step);
    }
    return rounded;
  }

  @Override
  public String describe() {
    return "Qbit=" + bits;
  }
}
