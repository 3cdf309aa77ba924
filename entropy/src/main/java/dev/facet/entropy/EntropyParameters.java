package dev.facet.entropy;

import dev.facet.nn.Activation;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Conv2d;
import dev.facet.nn.layers.Weights;

/**
 * {@code entropy_parameters}: three 1x1 convolutions with LeakyReLU between them, 4M - floor(10M/3) - floor(8M/3) - 2M
 * channels, from hyper-parameters and context (in this order) to scales and means (in this order).
 */
public final class EntropyParameters {
  private static final Epilogue LEAKY_RELU = Epilogue.of(Activation.LEAKY_RELU);

  private final Conv2d conv0;
  private final Conv2d conv2;
  private final Conv2d conv4;

  /** Reads {@code 0}, {@code 2} and {@code 4}. */
  public EntropyParameters(Weights w) throws CheckpointException {
    conv0 = new Conv2d(w.at(0), 1);
    conv2 = new Conv2d(w.at(2), 1);
    conv4 = new Conv2d(w.at(4), 1);
    w.requireChain("0", conv0, "2", conv2);
    w.requireChain("2", conv2, "4", conv4);
  }

  /** Channels 4M of the input. */
  public int inChannels() {
    return conv0.inChannels();
  }

  /** Channels 2M of the output. */
  public int outChannels() {
    return conv4.outChannels();
  }

  /**
   * Predicts Gaussians.
   *
   * @param x (H, W, 4M)
   * @return (H, W, 2M), scales first
   */
  Tensor apply(Tensor x) {
    return conv4.apply(conv2.apply(conv0.apply(x, LEAKY_RELU), LEAKY_RELU));
  }
}
