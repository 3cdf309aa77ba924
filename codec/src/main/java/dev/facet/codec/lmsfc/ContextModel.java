package dev.facet.codec.lmsfc;

import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.MaskedConv2d;
import dev.facet.nn.layers.Weights;

/**
 * What the values decoded so far say about the next ones: a masked 5x5 convolution of type A,
 * {@code context_prediction} (Minnen et al. 2018), M to 2M channels. It works on a map of y_hat
 * that has its border of zeros already, so that a decoder fills one map in place.
 */
public final class ContextModel {
  /** Rows and columns of zeros around y_hat. */
  public static final int BORDER = 2;

  private static final int KERNEL = 2 * BORDER + 1;

  private final MaskedConv2d convolution;

  /** Reads the network at {@code context_prediction}. */
  public ContextModel(Weights w) throws CheckpointException {
    convolution = new MaskedConv2d(w, MaskedConv2d.Mask.A, KERNEL, 0);
  }

  /** A map of zeros for y_hat of (height, width, M): larger by the border on every side. */
  public Tensor newMap(int height, int width) {
    return Tensor.zeros(height + 2 * BORDER, width + 2 * BORDER, latentChannels());
  }

  /**
   * The context at single positions. Position (y, x) reads y_hat at the two rows above it, columns
   * x - 2 to x + 2, and the two values to its left.
   *
   * @param map y_hat of (h, w, M) in its border, as of {@link #newMap}
   * @param positions y * w + x in y_hat without border
   * @param count how many of them to use
   * @return (1, count, 2M)
   * @throws IllegalArgumentException if shapes or positions do not fit
   */
  public Tensor applyAt(Tensor map, int[] positions, int count) {
    return convolution.applyAt(map, positions, count);
  }

  /** M. */
  public int latentChannels() {
    return convolution.inChannels();
  }

  /** 2M. */
  public int contextChannels() {
    return convolution.outChannels();
  }
}
