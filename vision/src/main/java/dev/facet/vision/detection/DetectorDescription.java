package dev.facet.vision.detection;

import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Weights;
import dev.facet.vision.Convention;
import dev.facet.vision.DetectionResize;
import dev.facet.vision.backbone.ImageNormalization;
import dev.facet.vision.detection.DetectorConfig.DetectionRules;
import dev.facet.vision.detection.DetectorConfig.ProposalRules;
import dev.facet.vision.internal.ModelFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The detector of a model pack, as the section {@code detector} of its {@code model.json} says
 * (docs/models.md): everything about Faster and Mask R-CNN that the weights do not.
 *
 * @param source where it was read, for messages
 * @param arch name of the network, for people
 * @param config how the network is run
 * @param classes names of the labels 1, 2, ...
 * @param categoryIds numbers of the same classes in the data set, for results in COCO's format
 */
public record DetectorDescription(
    String source,
    String arch,
    DetectorConfig config,
    List<String> classes,
    List<Integer> categoryIds) {
  private static final int MAX_CLASSES = 10_000;
  private static final int MAX_SIDE = 1 << 14;
  private static final int RGB = 3;
  private static final int LEVELS = 5;
  private static final double WHITE = 255;

  /** Copies the lists. */
  public DetectorDescription {
    classes = List.copyOf(classes);
    categoryIds = List.copyOf(categoryIds);
  }

  /**
   * Reads the section.
   *
   * @param source the pack, for messages
   * @param section as a JSON parser gives it: Map, List, String, Long, Double, Boolean
   * @throws CheckpointException if it is empty, or a field is missing or out of range
   */
  public static DetectorDescription parse(String source, Map<String, Object> section)
      throws CheckpointException {
    if (section.isEmpty()) {
      throw new CheckpointException(
          source,
          -1,
          "has a codec but no detector: name a pack with both, or make one of a detector");
    }
    ModelFields root = new ModelFields(source, "detector", section);
    try {
      Convention convention =
          root.choice("convention", "torchvision", "detectron2").equals("detectron2")
              ? Convention.DETECTRON2
              : Convention.TORCHVISION;
      DetectorConfig config = config(root, convention);
      List<String> classes = root.strings("classes", MAX_CLASSES);
      List<Integer> ids =
          root.has("category_ids")
              ? root.integers("category_ids", MAX_CLASSES)
              : IntStream.rangeClosed(1, classes.size()).boxed().toList();
      if (ids.size() != classes.size()) {
        throw root.wrong("category_ids", "as many numbers as there are classes");
      }
      return new DetectorDescription(source, root.string("arch", "unnamed"), config, classes, ids);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(source, -1, "detector: " + e.getMessage());
    }
  }

  private static DetectorConfig config(ModelFields root, Convention convention)
      throws CheckpointException {
    ModelFields input = root.object("input");
    ModelFields proposals = root.object("proposals");
    ModelFields detections = root.object("detections");
    if (input.integer("pad", ImageGeometry.MULTIPLE, MAX_SIDE) != ImageGeometry.MULTIPLE) {
      throw input.wrong("pad", "32, the only multiple that images are padded to");
    }
    double white = input.choice("scale", "0..1", "0..255").equals("0..1") ? 1 : WHITE;
    return new DetectorConfig(
        convention,
        new DetectionResize(
            input.integer("short_side", 0, MAX_SIDE),
            input.integer("long_side", 0, MAX_SIDE),
            convention),
        new ImageNormalization(
            input.floats("mean", RGB, white),
            input.floats("std", RGB, white),
            input.choice("channels", "rgb", "bgr").equals("bgr")),
        root.number("epsilon", 1e-5),
        root.bool("stride_in_1x1", false),
        anchors(root.object("anchors"), convention),
        new ProposalRules(
            proposals.integer("per_level", 1000, MAX_CLASSES),
            proposals.integer("most", 1000, MAX_CLASSES),
            proposals.number("overlap", 0.7)),
        root.integer("canonical_scale", DetectorConfig.CANONICAL_SCALE, MAX_SIDE),
        new DetectionRules(
            (float) detections.number("score", 0.05),
            detections.number("overlap", 0.5),
            detections.integer("most", 100, MAX_CLASSES)));
  }

  /** One size for each of p2..p5 and the pool level. */
  private static AnchorGenerator anchors(ModelFields anchors, Convention convention)
      throws CheckpointException {
    List<float[]> sizes = new ArrayList<>();
    for (float size : anchors.floats("sizes", LEVELS, 1)) {
      sizes.add(new float[] {size});
    }
    return new AnchorGenerator(sizes, anchors.floats("ratios", 0, 1), convention);
  }

  /**
   * The same with another limit of the score.
   *
   * @param score detections score more, 0..1
   */
  public DetectorDescription withScore(float score) {
    DetectionRules rules = config.detections();
    DetectorConfig other =
        config.withDetections(new DetectionRules(score, rules.overlap(), rules.most()));
    return new DetectorDescription(source, arch, other, classes, categoryIds);
  }

  /**
   * The camera's part.
   *
   * @param w the root of the pack's detector weights
   * @throws CheckpointException if weights are missing or do not fit together
   */
  public PyramidExtractor extractor(Weights w) throws CheckpointException {
    return new PyramidExtractor(w, config);
  }

  /**
   * The server's part.
   *
   * @param w the root of the pack's detector weights
   * @throws CheckpointException if weights are missing, or do not fit together or to the classes
   */
  public DetectionHead head(Weights w) throws CheckpointException {
    DetectionHead head = new DetectionHead(w, config);
    w.require(
        head.classes() == classes.size() + 1,
        "the weights know %d classes, model.json names %d",
        head.classes() - 1,
        classes.size());
    return head;
  }

  /** Both parts. */
  public FasterRcnn network(Weights w) throws CheckpointException {
    head(w);
    return FasterRcnn.read(w, config);
  }
}
