package dev.facet.nn.layers;

import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;

/**
 * A convolution with bias and "same" zero padding of kernel / 2 on every side: conv1x1, conv3x3 and
 * the 5x5 convolutions of CompressAI. (H, W, I) to (ceil(H / stride), ceil(W / stride), O).
 *
 * <p>Keys: {@code weight} (O, I, k, k), {@code bias} (O).
 */
public final class Conv2d implements FusedLayer {
  private final Convolution convolution;

  /** A convolution of stride 1. */
  public Conv2d(Weights w, int kernel) throws CheckpointException {
    this(w, kernel, 1);
  }

  /**
   * A convolution.
   *
   * @param kernel odd side of the kernel, which the weights must have
   */
  public Conv2d(Weights w, int kernel, int stride) throws CheckpointException {
    convolution =
        w.backend().convolution(parameters(w, kernel).stride(stride).padding(kernel / 2).build());
  }

  /** Reads weight and bias of a square kernel. */
  static ConvolutionParameters.Builder parameters(Weights w, int kernel)
      throws CheckpointException {
    int[] shape = w.shape("weight", 4);
    int out = shape[0];
    int in = shape[1];
    return ConvolutionParameters.of(
            out, in, kernel, kernel, w.floats("weight", out, in, kernel, kernel))
        .bias(w.floats("bias", out));
  }

  @Override
  public Tensor apply(Tensor x, Epilogue epilogue) {
    return convolution.apply(x, epilogue);
  }

  @Override
  public int inChannels() {
    return convolution.parameters().inChannels();
  }

  @Override
  public int outChannels() {
    return convolution.parameters().outChannels();
  }
}
