package dev.facet.codec.lmsfc;

import dev.facet.nn.Activation;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Conv2d;
import dev.facet.nn.layers.ConvolutionStack;
import dev.facet.nn.layers.SubpelConv2d;
import dev.facet.nn.layers.Weights;

/**
 * The hyper decoder, {@code h_s} of cheng2020: 3x3 convolutions to M, 2x2 M (sub-pixel), 3M/2, 2x2
 * 3M/2 (sub-pixel) and 2M channels, with LeakyReLU between them. z_hat of (h, w, M) to the hyper
 * parameters, (4h, 4w, 2M): what the context model's entropy parameters start from, or, without
 * context model, M scales followed by M means.
 */
public final class HyperDecoder {
  private final ConvolutionStack layers;

  /** Reads the network at {@code h_s}. */
  public HyperDecoder(Weights w) throws CheckpointException {
    layers =
        ConvolutionStack.of(
            w,
            Activation.LEAKY_RELU,
            at -> new Conv2d(at, 3),
            SubpelConv2d::new,
            at -> new Conv2d(at, 3),
            SubpelConv2d::new,
            at -> new Conv2d(at, 3));
  }

  /**
   * Computes the hyper parameters from z_hat.
   *
   * @throws IllegalArgumentException if zHat has another channel count
   */
  public Tensor apply(Tensor zHat) {
    return layers.apply(zHat);
  }

  /** The channels of z_hat, in L-MSFC M. */
  public int hyperChannels() {
    return layers.inChannels();
  }

  /** The channels of the hyper parameters, 2M. */
  public int parameterChannels() {
    return layers.outChannels();
  }
}
