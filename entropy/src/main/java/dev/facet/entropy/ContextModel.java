package dev.facet.entropy;

import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.MaskedConv2d;
import dev.facet.nn.layers.Weights;

/**
 * {@code context_prediction}: a causal 5x5 convolution (mask A) from M to 2M channels over the decoded latent, evaluated at
 * single positions while the latent is still incomplete.
 */
public final class ContextModel {
  /** Zeros around the latent: half the kernel. */
  static final int BORDER = 2;

  private final MaskedConv2d convolution;

  /** Reads {@code weight} (2M, M, 5, 5) and {@code bias} (2M). */
  public ContextModel(Weights w) throws CheckpointException {
    convolution = new MaskedConv2d(w, MaskedConv2d.Mask.A, 2 * BORDER + 1, 0);
  }

  /** Channels M of the latent. */
  public int latentChannels() {
    return convolution.inChannels();
  }

  /** Channels 2M of the context. */
  public int contextChannels() {
    return convolution.outChannels();
  }

  /**
   * The context at some positions.
   *
   * @param padded (H + 4, W + 4, M), the latent inside a border of zeros
   * @param positions y * W + x
   * @return (1, positions, 2M)
   */
  Tensor at(Tensor padded, int[] positions) {
    return convolution.applyAt(padded, positions, positions.length);
  }
}
