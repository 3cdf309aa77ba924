package dev.facet.vision.backbone;

import dev.facet.nn.Activation;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.ConvBatchNorm2d;
import dev.facet.nn.layers.Layer;
import dev.facet.nn.layers.Weights;

/**
 * The block of ResNet-10, 18 and 34 (He et al. 2016, fig. 2): relu(conv3x3(relu(conv3x3(x))) + x),
 * each convolution batch-normalised, the first with the stride. (H, W, I) to (ceil(H / stride),
 * ceil(W / stride), O).
 *
 * <p>Keys: {@code conv1}, {@code bn1}, {@code conv2}, {@code bn2}, {@code downsample}.
 */
final class BasicBlock implements Layer {
  private final ConvBatchNorm2d conv1;
  private final ConvBatchNorm2d conv2;
  private final Downsample skip;

  BasicBlock(Weights w, int stride, double epsilon) throws CheckpointException {
    conv1 = new ConvBatchNorm2d(w.at("conv1"), w.at("bn1"), 3, stride, 1, epsilon);
    conv2 = new ConvBatchNorm2d(w.at("conv2"), w.at("bn2"), 3, 1, 1, epsilon);
    skip = new Downsample(w, stride, epsilon);
    w.requireChain("conv1", conv1, "conv2", conv2);
    skip.requireFit(w, stride, conv1, conv2);
  }

  @Override
  public Tensor apply(Tensor x) {
    try (Tensor h = conv1.apply(x, Epilogue.of(Activation.RELU));
        Tensor projected = skip.apply(x)) {
      return conv2.apply(h, Epilogue.addThen(projected == null ? x : projected, Activation.RELU));
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
