package dev.facet.codec.lmsfc;

import dev.facet.nn.Activation;
import dev.facet.nn.Backend;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Conv2d;
import dev.facet.nn.layers.Weights;

/**
 * Lets a finer level correct the next coarser one: {@code h = lrelu(conv5x5_s2(finer))}, then
 * {@code lrelu(conv3x3(cat(h, coarser))) + coarser}. (2H, 2W, F) and (H, W, F) to (H, W, F).
 *
 * <p>Keys: {@code conv1.0} (F, F, 5, 5), {@code conv2.0} (F, 2F, 3, 3).
 */
final class FeatureMixingBlock {
  private static final Epilogue LEAKY_RELU = Epilogue.of(Activation.LEAKY_RELU);

  private final Backend backend;
  private final Conv2d conv1;
  private final Conv2d conv2;

  FeatureMixingBlock(Weights w) throws CheckpointException {
    backend = w.backend();
    conv1 = new Conv2d(w.at("conv1.0"), 5, 2);
    conv2 = new Conv2d(w.at("conv2.0"), 3);
    int c = conv1.inChannels();
    w.require(
        conv1.outChannels() == c && conv2.inChannels() == 2 * c && conv2.outChannels() == c,
        "conv1 leads from %d to %d channels, conv2 from %d to %d; F to F and 2F to F are needed",
        c,
        conv1.outChannels(),
        conv2.inChannels(),
        conv2.outChannels());
  }

  Tensor apply(Tensor finer, Tensor coarser) {
    try (Tensor h = conv1.apply(finer, LEAKY_RELU);
        Tensor both = backend.concat(h, coarser)) {
      return conv2.apply(both, Epilogue.thenAdd(Activation.LEAKY_RELU, coarser));
    }
  }

  /** F. */
  int channels() {
    return conv2.outChannels();
  }
}
