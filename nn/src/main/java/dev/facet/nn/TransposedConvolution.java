package dev.facet.nn;

/**
 * A transposed convolution whose weights a {@link Backend} has packed. Immutable and thread-safe.
 */
public interface TransposedConvolution {
  TransposedConvolutionParameters parameters();

  /**
   * @param x (H, W, inChannels)
   * @return (outHeight(H), outWidth(W), outChannels)
   * @throws IllegalArgumentException if shapes do not fit
   */
  Tensor apply(Tensor x, Activation activation);
}
