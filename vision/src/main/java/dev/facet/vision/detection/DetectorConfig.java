package dev.facet.vision.detection;

import dev.facet.vision.Convention;
import dev.facet.vision.DetectionResize;
import dev.facet.vision.backbone.ImageNormalization;

/**
 * What a checkpoint of a detector does not say.
 *
 * @param convention whose definition of RoIAlign and of the smallest boxes is followed
 * @param resize to which size images are brought
 * @param normalization the statistics of the training images
 * @param epsilon of the backbone's batch normalisation
 * @param strideIn1x1 where bottlenecks of the backbone have their stride, see {@link
 *     dev.facet.vision.backbone.ResNet}
 * @param anchors boxes of the region proposal network, for p2..p5 and the pool level
 * @param proposals which boxes the region proposal network passes on
 * @param canonicalScale side in pixels of the boxes that the heads sample on p4, see {@link
 *     MultiScaleRoiAlign}; torchvision's canonical_scale, detectron2's canonical_box_size
 * @param detections which boxes the box head reports
 */
public record DetectorConfig(
    Convention convention,
    DetectionResize resize,
    ImageNormalization normalization,
    double epsilon,
    boolean strideIn1x1,
    AnchorGenerator anchors,
    ProposalRules proposals,
    int canonicalScale,
    DetectionRules detections) {
  /** The canonical scale of torchvision, detectron2 and the paper: the side of ImageNet's pictures. */
  public static final int CANONICAL_SCALE = 224;

  /**
   * torchvision's defaults, as its published weights COCO_V1 need them: 800 / 1333 pixels, batch
   * normalisation frozen with epsilon 0, 1000 proposals, at most 100 detections of score 0.05.
   */
  public static final DetectorConfig TORCHVISION =
      new DetectorConfig(
          new DetectionResize(800, 1333),
          ImageNormalization.IMAGENET,
          0,
          AnchorGenerator.PYRAMID,
          new ProposalRules(1000, 1000, 0.7),
          new DetectionRules(0.05f, 0.5, 100));

  /** A detector of torchvision. */
  public DetectorConfig(
      DetectionResize resize,
      ImageNormalization normalization,
      double epsilon,
      AnchorGenerator anchors,
      ProposalRules proposals,
      DetectionRules detections) {
    this(
        Convention.TORCHVISION,
        resize,
        normalization,
        epsilon,
        false,
        anchors,
        proposals,
        CANONICAL_SCALE,
        detections);
  }

  /** The same, but for the boxes it reports. */
  public DetectorConfig withDetections(DetectionRules other) {
    return new DetectorConfig(
        convention,
        resize,
        normalization,
        epsilon,
        strideIn1x1,
        anchors,
        proposals,
        canonicalScale,
        other);
  }

  /**
   * Rules of the region proposal network.
   *
   * @param perLevel how many boxes of each level, by falling score, enter the suppression
   * @param most how many boxes remain at most, of all levels together
   * @param overlap intersection over union above which the box of lower score goes
   */
  public record ProposalRules(int perLevel, int most, double overlap) {
    /**
     * @throws IllegalArgumentException if a number is not positive, or the overlap not in 0..1
     */
    public ProposalRules {
      if (perLevel < 1 || most < 1 || !(overlap >= 0 && overlap <= 1)) {
        throw new IllegalArgumentException(
            perLevel + " proposals a level, " + most + " in all, overlap " + overlap);
      }
    }
  }

  /**
   * Rules of the box head.
   *
   * @param score a detection's score is above this
   * @param overlap intersection over union above which the box of lower score and same class goes
   * @param most how many detections remain at most
   */
  public record DetectionRules(float score, double overlap, int most) {
    /**
     * @throws IllegalArgumentException if the number is not positive, the overlap not in 0..1, or
     *     the score NaN
     */
    public DetectionRules {
      if (Float.isNaN(score) || !(overlap >= 0 && overlap <= 1) || most < 1) {
        throw new IllegalArgumentException(
            most + " detections, score " + score + ", overlap " + overlap);
      }
    }
  }
}
