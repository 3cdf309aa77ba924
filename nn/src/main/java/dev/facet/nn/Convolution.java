package dev.facet.nn;

/** A convolution whose weights a {@link Backend} has packed for its own kernels. Immutable and thread-safe. */
public interface Convolution {
  ConvolutionParameters parameters();

  /**
   * Convolves all of x.
   *
   * @param x (H, W, inChannels)
   * @return (r * gridHeight, r * gridWidth, outChannels) with r the sub-pixel factor
   * @throws IllegalArgumentException if shapes do not fit
   */
  Tensor apply(Tensor x, Epilogue epilogue);

  /**
   * Convolves x at single output positions only: what a context model needs, one wavefront at a time. The bits are
   * those that {@link #apply} without Winograd would give there.
   *
   * @param x (H, W, inChannels)
   * @param positions output positions as oy * gridWidth + ox
   * @param count how many of them
   * @return (1, count, outChannels)
   * @throws IllegalArgumentException if the convolution is padded or sub-pixel, or shapes do not fit
   */
  Tensor applyAt(Tensor x, int[] positions, int count, Activation activation);
}
