package dev.facet.nn.layers;

import dev.facet.nn.Activation;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;

/**
 * {@code igdn(conv(lrelu(subpel_conv(x)))) + upsample(x)} (Cheng et al. 2020), with two sub-pixel
 * convolutions of their own weights and a 3x3 convolution. (H, W, I) to (2 * H, 2 * W, O).
 *
 * <p>Keys: {@code subpel_conv}, {@code conv}, {@code igdn}, {@code upsample}.
 */
public final class ResidualBlockUpsample implements Layer {
  private static final Epilogue LEAKY_RELU = Epilogue.of(Activation.LEAKY_RELU);

  private final SubpelConv2d subpelConv;
  private final Conv2d conv;
  private final GdnLayer igdn;
  private final SubpelConv2d upsample;

  public ResidualBlockUpsample(Weights w) throws CheckpointException {
    subpelConv = new SubpelConv2d(w.at("subpel_conv"));
    conv = new Conv2d(w.at("conv"), 3);
    igdn = GdnLayer.inverse(w.at("igdn"));
    upsample = new SubpelConv2d(w.at("upsample"));
    w.requireChain("subpel_conv", subpelConv, "conv", conv);
    w.requireChain("conv", conv, "igdn", igdn);
    ResidualBlockWithStride.requireSkip(w, upsample, this);
  }

  @Override
  public Tensor apply(Tensor x) {
    try (Tensor h = main(x);
        Tensor identity = upsample.apply(x)) {
      return igdn.apply(h, identity);
    }
  }

  private Tensor main(Tensor x) {
    try (Tensor h = subpelConv.apply(x, LEAKY_RELU)) {
      return conv.apply(h);
    }
  }

  @Override
  public int inChannels() {
    return subpelConv.inChannels();
  }

  @Override
  public int outChannels() {
    return conv.outChannels();
  }
}
