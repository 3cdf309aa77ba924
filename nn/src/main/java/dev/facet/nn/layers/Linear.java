package dev.facet.nn.layers;

import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;

/**
 * A fully connected layer, run as the convolution that it is. Samples lie below each other: n of
 * them in (n * side, side, C) to (n, 1, O). With side 1 every pixel is a sample: (H, W, I) to (H,
 * W, O).
 *
 * <p>Keys: {@code weight} (O, C * side * side), whose columns follow torch's flatten of (C, side,
 * side); {@code bias} (O).
 */
public final class Linear implements FusedLayer {
  private final Convolution convolution;

  /** A layer that sees single pixels. */
  public Linear(Weights w) throws CheckpointException {
    this(w, 1);
  }

  /**
   * A layer that sees windows of side x side pixels: the first one after pooling.
   *
   * @throws CheckpointException if weights are missing or no multiple of the window
   */
  public Linear(Weights w, int side) throws CheckpointException {
    int[] shape = w.shape("weight", 2);
    int out = shape[0];
    int area = side * side;
    w.require(
        shape[1] % area == 0,
        "weight sees %d values, no multiple of %d x %d",
        shape[1],
        side,
        side);
    convolution =
        w.backend()
            .convolution(
                ConvolutionParameters.of(
                        out, shape[1] / area, side, side, w.floats("weight", out, shape[1]))
                    .bias(w.floats("bias", out))
                    .stride(side)
                    .build());
  }

  @Override
  public Tensor apply(Tensor x, Epilogue epilogue) {
    return convolution.apply(x, epilogue);
  }

  /** Channels of the input: a side * side-th of the columns of {@code weight}. */
  @Override
  public int inChannels() {
    return convolution.parameters().inChannels();
  }

  @Override
  public int outChannels() {
    return convolution.parameters().outChannels();
  }
}
