package dev.facet.eval.distortion;

import dev.facet.nn.Backend;
import dev.facet.nn.Interpolation;
import dev.facet.nn.Resize;
import dev.facet.nn.Tensor;

/**
 * Makes the map smaller by a factor and as large as it was again, by cubic convolution (Keys 1981, a = -0.5) whose filter is widened
 * when shrinking, as MATLAB's imresize and Pillow have it: the blur kernel of the paper's equation.
 *
 * @param factor by which sides are divided, and rounded up
 * @param backend that computes; every one gives the same bits
 */
public record BicubicResize(int factor, Backend backend) implements Distortion {
  /**
   * @throws IllegalArgumentException if the factor is less than 2
   */
  public BicubicResize {
    if (factor < 2) {
      throw new IllegalArgumentException("resizing by " + factor + ": need at least 2");
    }
  }

  @Override
  public Tensor apply(Tensor x, long seed) {
    int height = Math.ceilDiv(x.height(), factor);
    int width = Math.ceilDiv(x.width(), factor);
    Tensor small = backend.resize(x, Resize.to(height, width, Interpolation.BICUBIC_ANTIALIAS));
    return backend.resize(small, Resize.to(x.height(), x.width(), Interpolation.BICUBIC_ANTIALIAS));
  }

  @Override
  public String describe() {
    return "RF=" + factor;
  }
}
