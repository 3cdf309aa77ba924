package dev.facet.nn.layers;

import dev.facet.nn.Activation;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import org.jspecify.annotations.Nullable;

/**
 * {@code lrelu(conv2(lrelu(conv1(x)))) + skip(x)} with 3x3 convolutions (Cheng et al. 2020): the
 * second activation comes before the addition, and none after it. The skip is x itself, or a 1x1
 * convolution where the channel counts differ. (H, W, I) to (H, W, O).
 *
 * <p>Keys: {@code conv1}, {@code conv2}, {@code skip} if I differs from O.
 */
public final class ResidualBlock implements Layer {
  private static final Epilogue LEAKY_RELU = Epilogue.of(Activation.LEAKY_RELU);

  private final Conv2d conv1;
  private final Conv2d conv2;
  private final @Nullable Conv2d skip;

  public ResidualBlock(Weights w) throws CheckpointException {
    conv1 = new Conv2d(w.at("conv1"), 3);
    conv2 = new Conv2d(w.at("conv2"), 3);
    w.requireChain("conv1", conv1, "conv2", conv2);
    skip = inChannels() == outChannels() ? null : new Conv2d(w.at("skip"), 1);
    if (skip != null) {
      ResidualBlockWithStride.requireSkip(w, skip, this);
    }
  }

  @Override
  public Tensor apply(Tensor x) {
    try (Tensor h = conv1.apply(x, LEAKY_RELU);
        Tensor skipped = skip == null ? null : skip.apply(x)) {
      Tensor identity = skipped == null ? x : skipped;
      return conv2.apply(h, Epilogue.thenAdd(Activation.LEAKY_RELU, identity));
    }
  }

  @Override
  public int inChannels() {
    return conv1.inChannels();
  }

  @Override
  public int outChannels() {
    return conv2.outChannels();
  }
}
