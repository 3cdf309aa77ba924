package dev.facet.nn.layers;

import dev.facet.nn.Activation;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;

/**
 * The bottleneck inside {@link AttentionBlock}: {@code
 * relu(conv1x1(relu(conv3x3(relu(conv1x1(x))))) + x)}, in CompressAI over C, C / 2, C / 2 and C
 * channels. Plain ReLU, and one after the addition. Shape (H, W, C) stays.
 *
 * <p>Keys: {@code conv.0}, {@code conv.2}, {@code conv.4}.
 */
final class ResidualUnit implements Layer {
  private static final Epilogue RELU = Epilogue.of(Activation.RELU);

  private final Conv2d reduce;
  private final Conv2d conv;
  private final Conv2d expand;

  ResidualUnit(Weights w) throws CheckpointException {
    reduce = new Conv2d(w.at("conv.0"), 1);
    conv = new Conv2d(w.at("conv.2"), 3);
    expand = new Conv2d(w.at("conv.4"), 1);
    w.requireChain("conv.0", reduce, "conv.2", conv);
    w.requireChain("conv.2", conv, "conv.4", expand);
    w.requireChain("conv.4", expand, "the addition", reduce);
  }

  @Override
  public Tensor apply(Tensor x) {
    try (Tensor narrow = reduce.apply(x, RELU);
        Tensor h = conv.apply(narrow, RELU)) {
      return expand.apply(h, Epilogue.addThen(x, Activation.RELU));
    }
  }

  @Override
  public int inChannels() {
    return reduce.inChannels();
  }

  @Override
  public int outChannels() {
    return expand.outChannels();
  }
}
