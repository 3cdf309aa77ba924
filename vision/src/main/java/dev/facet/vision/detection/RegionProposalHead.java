package dev.facet.vision.detection;

import dev.facet.nn.Activation;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Conv2d;
import dev.facet.nn.layers.Weights;
import dev.facet.vision.backbone.TorchvisionKeys;

/**
 * The network of the region proposal network, the same for every level: conv3x3 with ReLU, then
 * one 1x1 convolution for scores and one for box codes. (H, W, F) to (H, W, A) and (H, W, 4 * A)
 * for A anchors a place.
 *
 * <p>Keys: {@code conv.0.0} or {@code conv}, {@code cls_logits}, {@code bbox_pred}.
 */
final class RegionProposalHead {
  private final Conv2d conv;
  private final Conv2d logits;
  private final Conv2d codes;

  /**
   * What the head says of one level.
   *
   * @param logits of an object in each anchor, (H, W, A)
   * @param codes of the box, see {@link dev.facet.vision.BoxCoder}, (H, W, 4 * A)
   */
  record Output(Tensor logits, Tensor codes) {}

  RegionProposalHead(Weights w) throws CheckpointException {
    conv = new Conv2d(TorchvisionKeys.unwrapped(w.at("conv")), 3);
    logits = new Conv2d(w.at("cls_logits"), 1);
    codes = new Conv2d(w.at("bbox_pred"), 1);
    w.requireChain("conv", conv, "cls_logits", logits);
    w.requireChain("conv", conv, "bbox_pred", codes);
    w.require(
        codes.outChannels() == 4 * logits.outChannels(),
        "bbox_pred gives %d numbers for %d anchors",
        codes.outChannels(),
        logits.outChannels());
  }

  Output apply(Tensor level) {
    try (Tensor h = conv.apply(level, Epilogue.of(Activation.RELU))) {
      return new Output(logits.apply(h), codes.apply(h));
    }
  }

  int inChannels() {
    return conv.inChannels();
  }

  /** A, the anchors at each place. */
  int anchors() {
    return logits.outChannels();
  }
}
