package dev.facet.codec.lmsfc;

import dev.facet.nn.Activation;
import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Conv2d;
import dev.facet.nn.layers.ConvolutionStack;
import dev.facet.nn.layers.Weights;

/**
 * Hyper parameters and context to the Gaussians of y (Minnen et al. 2018), {@code
 * entropy_parameters}: three 1x1 convolutions from 4M over floor(10M / 3) and floor(8M / 3) to 2M
 * channels, with LeakyReLU between them.
 */
public final class EntropyParameters {
  private final Backend backend;
  private final ConvolutionStack layers;

  /** Reads the network at {@code entropy_parameters}. */
  public EntropyParameters(Weights w) throws CheckpointException {
    backend = w.backend();
    layers =
        ConvolutionStack.of(
            w,
            Activation.LEAKY_RELU,
            at -> new Conv2d(at, 1),
            at -> new Conv2d(at, 1),
            at -> new Conv2d(at, 1));
    w.require(
        layers.outChannels() % 2 == 0, "gives %d channels, an odd number", layers.outChannels());
  }

  /**
   * Computes scales and means.
   *
   * @param hyper (h, w, 2M)
   * @param context (h, w, 2M)
   * @return (h, w, 2M): at each pixel M scales, then M means
   * @throws IllegalArgumentException if shapes do not fit
   */
  public Tensor apply(Tensor hyper, Tensor context) {
    return layers.apply(backend.concat(hyper, context));
  }

  /** The channels of hyper parameters and context together, 4M. */
  public int inChannels() {
    return layers.inChannels();
  }

  /** 2M. */
  public int outChannels() {
    return layers.outChannels();
  }
}
