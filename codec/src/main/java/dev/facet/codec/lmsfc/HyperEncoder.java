package dev.facet.codec.lmsfc;

import dev.facet.nn.Activation;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Conv2d;
import dev.facet.nn.layers.ConvolutionStack;
import dev.facet.nn.layers.Weights;

/**
 * The hyper encoder, {@code h_a} of cheng2020: five 3x3 convolutions, the third and the fifth of
 * stride 2, with LeakyReLU between them. y of (h, w, M) to z of (ceil(h / 4), ceil(w / 4), M).
 */
public final class HyperEncoder {
  private final ConvolutionStack layers;

  /** Reads the network at {@code h_a}. */
  public HyperEncoder(Weights w) throws CheckpointException {
    layers =
        ConvolutionStack.of(
            w,
            Activation.LEAKY_RELU,
            at -> new Conv2d(at, 3),
            at -> new Conv2d(at, 3),
            at -> new Conv2d(at, 3, 2),
            at -> new Conv2d(at, 3),
            at -> new Conv2d(at, 3, 2));
  }

  /**
   * Computes z from y.
   *
   * @throws IllegalArgumentException if y has another channel count
   */
  public Tensor apply(Tensor y) {
    return layers.apply(y);
  }

  /** M, the channels of y. */
  public int latentChannels() {
    return layers.inChannels();
  }

  /** The channels of z, in L-MSFC M. */
  public int hyperChannels() {
    return layers.outChannels();
  }
}
