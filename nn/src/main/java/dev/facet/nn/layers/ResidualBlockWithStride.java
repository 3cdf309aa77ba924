package dev.facet.nn.layers;

import dev.facet.nn.Activation;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import org.jspecify.annotations.Nullable;

/**
 * {@code gdn(conv2(lrelu(conv1(x)))) + skip(x)} (Cheng et al. 2020): conv1 3x3 with the stride,
 * conv2 3x3, skip a 1x1 convolution with the stride, or x itself where neither size nor channels
 * change. (H, W, I) to (ceil(H / stride), ceil(W / stride), O).
 *
 * <p>Keys: {@code conv1}, {@code conv2}, {@code gdn}, {@code skip}.
 */
public final class ResidualBlockWithStride implements Layer {
  private static final Epilogue LEAKY_RELU = Epilogue.of(Activation.LEAKY_RELU);

  private final Conv2d conv1;
  private final Conv2d conv2;
  private final GdnLayer gdn;
  private final @Nullable Conv2d skip;

  /** Halves height and width. */
  public ResidualBlockWithStride(Weights w) throws CheckpointException {
    this(w, 2);
  }

  public ResidualBlockWithStride(Weights w, int stride) throws CheckpointException {
    conv1 = new Conv2d(w.at("conv1"), 3, stride);
    conv2 = new Conv2d(w.at("conv2"), 3);
    gdn = GdnLayer.gdn(w.at("gdn"));
    w.requireChain("conv1", conv1, "conv2", conv2);
    w.requireChain("conv2", conv2, "gdn", gdn);
    skip =
        stride == 1 && inChannels() == outChannels() ? null : new Conv2d(w.at("skip"), 1, stride);
    if (skip != null) {
      requireSkip(w, skip, this);
    }
  }

  /** Checks that a skip connection has the channels of the block around it. */
  static void requireSkip(Weights w, Layer skip, Layer block) throws CheckpointException {
    w.require(
        skip.inChannels() == block.inChannels() && skip.outChannels() == block.outChannels(),
        "the skip connection leads from %d to %d channels, the block from %d to %d",
        skip.inChannels(),
        skip.outChannels(),
        block.inChannels(),
        block.outChannels());
  }

  @Override
  public Tensor apply(Tensor x) {
    try (Tensor h = main(x);
        Tensor skipped = skip == null ? null : skip.apply(x)) {
      return gdn.apply(h, skipped == null ? x : skipped);
    }
  }

  private Tensor main(Tensor x) {
    try (Tensor h = conv1.apply(x, LEAKY_RELU)) {
      return conv2.apply(h);
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
