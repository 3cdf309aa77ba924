package dev.facet.vision.backbone;

import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Weights;
import java.util.List;

/**
 * ResNet and the feature pyramid network on it: the camera's part of a detector. A normalised image
 * (H, W, 3) to levels p2..p5.
 *
 * <p>Keys: {@code body}, {@code fpn}.
 */
public final class PyramidBackbone {
  private final ResNet body;
  private final FeaturePyramidNetwork fpn;

  /**
   * Reads the network at {@code backbone}.
   *
   * @param epsilon of the batch normalisation; 0 with torchvision's published detectors
   * @param strideIn1x1 where bottlenecks have their stride, see {@link ResNet}
   * @throws CheckpointException if weights are missing or do not fit together
   */
  public PyramidBackbone(Weights w, double epsilon, boolean strideIn1x1)
      throws CheckpointException {
    body = new ResNet(w.at("body"), epsilon, strideIn1x1);
    fpn = new FeaturePyramidNetwork(w.at("fpn"));
    w.require(
        body.channels().equals(fpn.inChannels()),
        "body gives maps of %s channels, but fpn takes %s",
        body.channels(),
        fpn.inChannels());
  }

  /**
   * Computes the levels.
   *
   * @param image normalised, and padded to multiples of 32 so that levels halve exactly
   * @return p2..p5
   */
  public List<Tensor> apply(Tensor image) {
    try (Tensor c2 = trunk().apply(image)) {
      return afterTrunk(c2);
    }
  }

  /** The stages conv1, pool1 and conv2, behind which the pyramid branches. */
  public StagedNetwork trunk() {
    return body.trunk();
  }

  /**
   * Computes the levels from the output of conv2 on.
   *
   * @param c2 what the trunk gives
   * @return p2..p5
   */
  public List<Tensor> afterTrunk(Tensor c2) {
    List<Tensor> maps = body.afterTrunk(c2);
    try {
      return fpn.apply(maps);
    } finally {
      maps.subList(1, maps.size()).forEach(Tensor::close);
    }
  }

  /** F, the channels of every level. */
  public int outChannels() {
    return fpn.outChannels();
  }
}
