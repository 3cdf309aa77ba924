package dev.facet.vision.detection;

import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Weights;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's part of Faster R-CNN and Mask R-CNN: region proposal network, box head and, where
 * the checkpoint has one, mask head. Levels p2..p5 and the image's sizes to detections. Immutable
 * and thread-safe.
 *
 * <p>Keys: {@code rpn}, {@code roi_heads}.
 */
public final class DetectionHead {
  /** Image pixels per pixel of p2. */
  private static final int FINEST_STEP = 4;

  private final Backend backend;
  private final RegionProposalNetwork rpn;
  private final MultiScaleRoiAlign boxRegions;
  private final BoxHead boxHead;
  private final DetectionSelection selection;
  private final MultiScaleRoiAlign maskRegions;
  private final @Nullable MaskHead maskHead;

  /**
   * Reads the heads.
   *
   * @param w the root of the checkpoint; nothing under {@code backbone} is needed
   * @throws CheckpointException if weights are missing or do not fit together
   */
  public DetectionHead(Weights w, DetectorConfig config) throws CheckpointException {
    backend = w.backend();
    rpn = new RegionProposalNetwork(w.at("rpn"), config);
    Weights heads = w.at("roi_heads");
    boxHead = new BoxHead(heads);
    boxRegions = regions(BoxHead.SIDE, config);
    selection = new DetectionSelection(config);
    maskRegions = regions(MaskHead.SIDE, config);
    maskHead = heads.has("mask_predictor.conv5_mask.weight") ? new MaskHead(heads) : null;
    requireChannels(w, "box_head", boxHead.inChannels());
    if (maskHead != null) {
      requireChannels(w, "mask_head", maskHead.inChannels());
      heads.require(
          maskHead.classes() == boxHead.classes(),
          "box head has %d classes, mask head %d",
          boxHead.classes(),
          maskHead.classes());
    }
  }

  private MultiScaleRoiAlign regions(int side, DetectorConfig config) {
    return new MultiScaleRoiAlign(backend, side, config.canonicalScale(), config.convention());
  }

  private void requireChannels(Weights w, String name, int channels) throws CheckpointException {
    w.require(
        channels == rpn.inChannels(),
        "rpn takes levels of %d channels, roi_heads.%s of %d",
        rpn.inChannels(),
        name,
        channels);
  }

  /**
   * Finds objects.
   *
   * @param levels p2..p5, (H_l, W_l, F), of the padded image
   * @param geometry sizes of that image
   * @return detections in pixels of the original image
   * @throws IllegalArgumentException if number or shapes of levels do not fit
   */
  public Detections apply(List<Tensor> levels, ImageGeometry geometry) {
    requireLevels(levels, geometry);
    Proposals proposals = propose(levels, geometry);
    if (proposals.count() == 0) {
      return new Detections(new float[0], new int[0], new float[0]);
    }
    BoxHead.Output judged = boxHead.apply(boxRegions(levels, proposals.boxes(), geometry));
    Detections found =
        selection.apply(
            proposals.boxes(),
            backend.softmax(judged.logits()),
            judged.codes(),
            geometry.resized());
    return withMasks(levels, found, geometry).inOriginal(geometry);
  }

  /** F, the channels of every level. */
  public int featureChannels() {
    return rpn.inChannels();
  }

  /** K, the number of classes with the background, which is class 0. */
  public int classes() {
    return boxHead.classes();
  }

  /** Whether detections come with masks. */
  public boolean hasMasks() {
    return maskHead != null;
  }

  Proposals propose(List<Tensor> levels, ImageGeometry geometry) {
    List<Tensor> pooled = new ArrayList<>(levels);
    pooled.add(backend.subsample(levels.getLast()));
    return rpn.apply(pooled, geometry);
  }

  /** (n * 7, 7, F) */
  Tensor boxRegions(List<Tensor> levels, float[] boxes, ImageGeometry geometry) {
    return boxRegions.apply(levels, boxes, geometry.resized());
  }

  BoxHead boxHead() {
    return boxHead;
  }

  /** Adds masks to detections in pixels of the resized image. */
  private Detections withMasks(List<Tensor> levels, Detections found, ImageGeometry geometry) {
    if (maskHead == null || found.count() == 0) {
      return found;
    }
    Tensor regions = maskRegions.apply(levels, found.boxes(), geometry.resized());
    return found.withMasks(maskHead.apply(regions, found.labels()));
  }

  private void requireLevels(List<Tensor> levels, ImageGeometry geometry) {
    if (levels.isEmpty()) {
      throw new IllegalArgumentException("no levels");
    }
    for (int i = 0; i < levels.size(); i++) {
      Tensor level = levels.get(i);
      int step = FINEST_STEP << i;
      if (level.channels() != featureChannels()
          || level.height() != Math.ceilDiv(geometry.padded().height(), step)
          || level.width() != Math.ceilDiv(geometry.padded().width(), step)) {
        throw new IllegalArgumentException(
            "level "
                + i
                + " is "
                + level
                + "; a padded image of "
                + geometry.padded()
                + " has "
                + featureChannels()
                + " channels there, one pixel for "
                + step);
      }
    }
  }
}
