package dev.facet.vision.detection;

import dev.facet.nn.Activation;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Linear;
import dev.facet.nn.layers.Weights;

/**
 * The box head of Faster R-CNN with a pyramid (TwoMLPHead and FastRCNNPredictor of torchvision):
 * two fully connected layers with ReLU, then one for class scores and one for box codes. (n * 7, 7,
 * F) to (n, 1, K) and (n, 1, 4 * K) for K classes, of which the first is the background.
 *
 * <p>Keys: {@code box_head.fc6}, {@code box_head.fc7}, {@code box_predictor.cls_score}, {@code
 * box_predictor.bbox_pred}.
 */
final class BoxHead {
  /** Bins of a box along each side. */
  static final int SIDE = 7;

  private static final Epilogue RELU = Epilogue.of(Activation.RELU);

  private final Linear fc6;
  private final Linear fc7;
  private final Linear classes;
  private final Linear codes;

  /**
   * What the head says of n boxes.
   *
   * @param logits (n, 1, K)
   * @param codes of the boxes that each class would have, (n, 1, 4 * K)
   */
  record Output(Tensor logits, Tensor codes) {}

  BoxHead(Weights w) throws CheckpointException {
    fc6 = new Linear(w.at("box_head.fc6"), SIDE);
    fc7 = new Linear(w.at("box_head.fc7"));
    classes = new Linear(w.at("box_predictor.cls_score"));
    codes = new Linear(w.at("box_predictor.bbox_pred"));
    w.requireChain("fc6", fc6, "fc7", fc7);
    w.requireChain("fc7", fc7, "cls_score", classes);
    w.requireChain("fc7", fc7, "bbox_pred", codes);
    w.require(
        codes.outChannels() == 4 * classes.outChannels(),
        "bbox_pred gives %d numbers for %d classes",
        codes.outChannels(),
        classes.outChannels());
  }

  /** Judges n boxes, n at least 1. */
  Output apply(Tensor regions) {
    try (Tensor first = fc6.apply(regions, RELU);
        Tensor second = fc7.apply(first, RELU)) {
      return new Output(classes.apply(second), codes.apply(second));
    }
  }

  int inChannels() {
    return fc6.inChannels();
  }

  /** K, the background among them. */
  int classes() {
    return classes.outChannels();
  }
}
