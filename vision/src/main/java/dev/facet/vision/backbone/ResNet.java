package dev.facet.vision.backbone;

import dev.facet.nn.Activation;
import dev.facet.nn.Backend;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.ConvBatchNorm2d;
import dev.facet.nn.layers.Layer;
import dev.facet.nn.layers.Linear;
import dev.facet.nn.layers.Sequential;
import dev.facet.nn.layers.Weights;
import dev.facet.vision.backbone.StagedNetwork.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * ResNet (He et al. 2016, table 1) and ResNeXt: a 7x7 convolution of stride 2, max-pooling, and
 * four stages conv2..conv5 of residual blocks, each but the first of stride 2. Whether blocks are
 * basic or bottlenecks, how many a stage has and into how many groups they are split follows from
 * the checkpoint: ResNet-10 to ResNet-152, ResNeXt-101-32x8d, and others of the kind.
 *
 * <p>Keys: {@code conv1}, {@code bn1}, {@code layer1.0} ..., {@code layer4.2}, {@code fc}.
 */
public final class ResNet {
  private static final int STAGES = 4;

  private final Backend backend;
  private final ConvBatchNorm2d conv1;
  private final List<Layer> layers = new ArrayList<>();

  /**
   * Reads all but {@code fc}.
   *
   * @param epsilon of the batch normalisation: 1e-5, but 0 with torchvision's published detectors
   * @param strideIn1x1 whether bottlenecks have their stride in the first convolution, as the
   *     authors' weights and detectron2's models on them do, and not in the 3x3 one
   * @throws CheckpointException if weights are missing or do not fit together
   */
  public ResNet(Weights w, double epsilon, boolean strideIn1x1) throws CheckpointException {
    backend = w.backend();
    conv1 = new ConvBatchNorm2d(w.at("conv1"), w.at("bn1"), 7, 2, 1, epsilon);
    Layer before = conv1;
    for (int i = 1; i <= STAGES; i++) {
      Layer layer = stage(w.at("layer" + i), i == 1 ? 1 : 2, strideIn1x1, epsilon);
      w.requireChain("the layer before", before, "layer" + i, layer);
      layers.add(layer);
      before = layer;
    }
  }

  /**
   * The classifier: stages conv1, pool1, conv2, ..., conv5, pool5 and logits, from a normalised
   * image (H, W, 3) to (1, 1, classes).
   *
   * @param w the root of the checkpoint
   * @param epsilon of the batch normalisation: 1e-5 in all published classifiers
   * @throws CheckpointException if weights are missing or do not fit together
   */
  public static StagedNetwork classifier(Weights w, double epsilon) throws CheckpointException {
    ResNet body = new ResNet(w, epsilon, false);
    Linear fc = new Linear(w.at("fc"));
    w.requireChain("layer4", body.layers.getLast(), "fc", fc);
    List<Stage> stages = new ArrayList<>();
    for (int i = 1; i < STAGES; i++) {
      stages.add(new Stage("conv" + (i + 2), body.layers.get(i)::apply));
    }
    stages.add(new Stage("pool5", x -> body.backend.adaptiveAveragePool(x, 1, 1)));
    stages.add(new Stage("logits", fc::apply));
    return body.trunk().then(new StagedNetwork(stages));
  }

  /** The stages conv1, pool1 and conv2, behind which a feature pyramid branches. */
  public StagedNetwork trunk() {
    return new StagedNetwork(
        List.of(
            new Stage("conv1", this::conv1),
            new Stage("pool1", this::pool1),
            new Stage("conv2", layers.getFirst()::apply)));
  }

  /**
   * The outputs of conv2..conv5, called c2..c5, from the first on.
   *
   * @param c2 what the trunk gives: a quarter of the image's sides
   * @return four feature maps, c2 itself the first; each other has half of the sides of those before, rounded up
   */
  List<Tensor> afterTrunk(Tensor c2) {
    List<Tensor> maps = new ArrayList<>();
    maps.add(c2);
    for (Layer layer : layers.subList(1, STAGES)) {
      maps.add(layer.apply(maps.getLast()));
    }
    return maps;
  }

  /** Channels of c2..c5. */
  public List<Integer> channels() {
    return layers.stream().map(Layer::outChannels).toList();
  }

  /** One of conv2..conv5: residual blocks {@code 0}, {@code 1}, ..., the first with the stride. */
  private static Layer stage(Weights w, int stride, boolean strideIn1x1, double epsilon)
      throws CheckpointException {
    List<Layer.Factory> blocks = new ArrayList<>();
    do {
      int blockStride = blocks.isEmpty() ? stride : 1;
      blocks.add(at ->
          at.has("conv3.weight")
              ? new Bottleneck(at, blockStride, strideIn1x1, epsilon)
              : new BasicBlock(at, blockStride, epsilon));
    } while (w.has(blocks.size() + ".conv1.weight"));
    return Sequential.of(w, blocks.toArray(Layer.Factory[]::new));
  }

  private Tensor conv1(Tensor image) {
    return conv1.apply(image, Epilogue.of(Activation.RELU));
  }

  private Tensor pool1(Tensor x) {
    return backend.maxPool(x, 3, 2, 1, false);
  }
}
