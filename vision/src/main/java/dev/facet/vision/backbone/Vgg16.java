package dev.facet.vision.backbone;

import dev.facet.nn.Activation;
import dev.facet.nn.Backend;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Conv2d;
import dev.facet.nn.layers.FusedLayer;
import dev.facet.nn.layers.Linear;
import dev.facet.nn.layers.Weights;
import dev.facet.vision.backbone.StagedNetwork.Stage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * VGG16 (Simonyan and Zisserman 2015, table 1, D): five groups of 3x3 convolutions with max-pooling
 * after each, then three fully connected layers. Stages conv1 (after the last ReLU of the group),
 * pool1, ..., pool5, avgpool, fc6, fc7 (after ReLU) and logits. Channels follow from the weights, and
 * so does the side of the map that fc6 sees, 7 in the published networks.
 *
 * <p>Keys of torchvision's Sequential, where ReLU, pooling and dropout take up places: {@code
 * features.0}, {@code features.2}, {@code features.5}, ..., {@code classifier.0}, {@code 3},
 * {@code 6}.
 */
public final class Vgg16 {
  /** Convolutions of each group. */
  private static final int[] GROUPS = {2, 2, 3, 3, 3};

  private static final Epilogue RELU = Epilogue.of(Activation.RELU);

  private Vgg16() {}

  /**
   * The whole network, from a normalised image (H, W, 3) to logits (1, 1, classes).
   *
   * @param w the root of the checkpoint
   * @throws CheckpointException if weights are missing or do not fit together
   */
  public static StagedNetwork classifier(Weights w) throws CheckpointException {
    int last = w.shape("features.28.weight", 4)[0];
    int[] first = w.shape("classifier.0.weight", 2);
    int side = (int) Math.round(Math.sqrt(first[1] / (double) last));
    w.require(
        side > 0 && first[1] == last * side * side,
        "features.28 gives %d channels, but classifier.0 takes %d values, no square of them",
        last,
        first[1]);
    return features(w.at("features")).then(connected(w.at("classifier"), side, w.backend()));
  }

  /**
   * The convolutions alone: stages conv1 to pool5.
   *
   * @param w the place {@code features}
   * @throws CheckpointException if weights are missing or do not fit together
   */
  public static StagedNetwork features(Weights w) throws CheckpointException {
    Backend backend = w.backend();
    List<Stage> stages = new ArrayList<>();
    int at = 0;
    @Nullable FusedLayer before = null;
    for (int g = 0; g < GROUPS.length; g++) {
      List<FusedLayer> group = new ArrayList<>();
      for (int k = 0; k < GROUPS[g]; k++) {
        Conv2d conv = new Conv2d(w.at(at), 3);
        if (before != null) {
          w.requireChain("the convolution before", before, Integer.toString(at), conv);
        }
        group.add(conv);
        before = conv;
        at += 2;
      }
      at++;
      stages.add(new Stage("conv" + (g + 1), x -> run(group, x)));
      stages.add(new Stage("pool" + (g + 1), x -> backend.maxPool(x, 2, 2, 0, false)));
    }
    return new StagedNetwork(stages);
  }

  /**
   * The fully connected layers alone: stages avgpool to logits.
   *
   * @param side of the feature map that the first of them sees
   */
  static StagedNetwork connected(Weights w, int side, Backend backend) throws CheckpointException {
    Linear fc6 = new Linear(w.at(0), side);
    Linear fc7 = new Linear(w.at(3));
    Linear fc8 = new Linear(w.at(6));
    w.requireChain("0", fc6, "3", fc7);
    w.requireChain("3", fc7, "6", fc8);
    return new StagedNetwork(
        List.of(
            new Stage("avgpool", x -> backend.adaptiveAveragePool(x, side, side)),
            new Stage("fc6", x -> fc6.apply(x, RELU)),
            new Stage("fc7", x -> fc7.apply(x, RELU)),
            new Stage("logits", fc8::apply)));
  }

  private static Tensor run(List<FusedLayer> group, Tensor x) {
    Tensor y = group.getFirst().apply(x, RELU);
    for (FusedLayer conv : group.subList(1, group.size())) {
      try (Tensor before = y) {
        y = conv.apply(before, RELU);
      }
    }
    return y;
  }
}
