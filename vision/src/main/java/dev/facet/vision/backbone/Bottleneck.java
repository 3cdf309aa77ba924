package dev.facet.vision.backbone;

import dev.facet.nn.Activation;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.ConvBatchNorm2d;
import dev.facet.nn.layers.Layer;
import dev.facet.nn.layers.Weights;

/**
 * The block of ResNet-50, 101 and 152 (He et al. 2016, fig. 5) and ResNeXt (Xie et al. 2017):
 * relu(conv1x1(relu(conv3x3(relu(conv1x1(x))))) + x), each convolution batch-normalised. As in
 * torchvision the 3x3 convolution has the stride, or the first 1x1 convolution as in the paper; the
 * groups follow from the shape of the weights.
 * (H, W, I) to (ceil(H / stride), ceil(W / stride), O).
 *
 * <p>Keys: {@code conv1}, {@code bn1}, ..., {@code conv3}, {@code bn3}, {@code downsample}.
 */
final class Bottleneck implements Layer {
  private final ConvBatchNorm2d conv1;
  private final ConvBatchNorm2d conv2;
  private final ConvBatchNorm2d conv3;
  private final Downsample skip;

  Bottleneck(Weights w, int stride, boolean strideIn1x1, double epsilon)
      throws CheckpointException {
    conv1 =
        new ConvBatchNorm2d(w.at("conv1"), w.at("bn1"), 1, strideIn1x1 ? stride : 1, 1, epsilon);
    int width = conv1.outChannels();
    int groupChannels = w.shape("conv2.weight", 4)[1];
    w.require(width % groupChannels == 0, "conv2 sees %d of %d channels", groupChannels, width);
    int groups = width / groupChannels;
    int stride3x3 = strideIn1x1 ? 1 : stride;
    conv2 = new ConvBatchNorm2d(w.at("conv2"), w.at("bn2"), 3, stride3x3, groups, epsilon);
    conv3 = new ConvBatchNorm2d(w.at("conv3"), w.at("bn3"), 1, 1, 1, epsilon);
    skip = new Downsample(w, stride, epsilon);
    w.requireChain("conv2", conv2, "conv3", conv3);
    skip.requireFit(w, stride, conv1, conv3);
  }

  @Override
  public Tensor apply(Tensor x) {
    try (Tensor h = main(x);
        Tensor projected = skip.apply(x)) {
      return conv3.apply(h, Epilogue.addThen(projected == null ? x : projected, Activation.RELU));
    }
  }

  private Tensor main(Tensor x) {
    try (Tensor h = conv1.apply(x, Epilogue.of(Activation.RELU))) {
      return conv2.apply(h, Epilogue.of(Activation.RELU));
    }
  }

  @Override
  public int inChannels() {
    return conv1.inChannels();
  }

  @Override
  public int outChannels() {
    return conv3.outChannels();
  }
}
