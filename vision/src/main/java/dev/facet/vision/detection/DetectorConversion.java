package dev.facet.vision.detection;

import dev.facet.nn.Backend;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.layers.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Makes the detector of a model pack of a checkpoint of torchvision or detectron2: weights under
 * torchvision's names, and the section of {@code model.json} with what the library's default
 * configuration says about such weights.
 */
public final class DetectorConversion {
  private static final String STEM = "backbone.body.conv1.weight";
  private static final String CLASS_BIAS = "roi_heads.box_predictor.cls_score.bias";
  private static final String PUBLISHED_RPN = "rpn.head.conv.weight";

  /** Blocks of each stage, bottlenecks or not, and the depth that they are named after. */
  private static final Map<String, String> DEPTHS =
      Map.of(
          "1-1-1-1", "10",
          "2-2-2-2", "18",
          "3-4-6-3", "34",
          "3-4-6-3 bottleneck", "50",
          "3-4-23-3 bottleneck", "101",
          "3-8-36-3 bottleneck", "152");

  private DetectorConversion() {}

  /**
   * A detector for a model pack.
   *
   * @param section {@code detector} of {@code model.json}, without the names of files
   * @param weights under torchvision's names
   */
  public record Converted(Map<String, Object> section, Checkpoint weights) {}

  /** Whether this looks like a detector of torchvision or detectron2. */
  public static boolean isDetector(Checkpoint checkpoint) {
    return Detectron2Keys.isIn(checkpoint) || checkpoint.contains(STEM);
  }

  /**
   * Converts, and reads the result once to see that it is whole.
   *
   * @param classes names of the classes without background; empty for those of COCO if their number
   *     fits, else numbers
   * @throws CheckpointException if weights are missing or do not fit together, the network is
   *     another one, or the number of classes is
   */
  public static Converted convert(Checkpoint checkpoint, List<String> classes, Backend backend)
      throws CheckpointException {
    boolean detectron2 = Detectron2Keys.isIn(checkpoint);
    Checkpoint weights =
        detectron2 ? Detectron2Keys.toTorchvision(checkpoint) : withoutCounters(checkpoint);
    int count = weights.get(CLASS_BIAS).elements() - 1;
    if (!classes.isEmpty() && classes.size() != count) {
      throw new CheckpointException(
          checkpoint.source(),
          -1,
          String.format(
              Locale.ROOT, "knows %d classes, %d names are given", count, classes.size()));
    }
    Map<String, Object> section = new LinkedHashMap<>();
    int groups = groups(weights);
    section.put("arch", arch(weights, groups));
    section.put("convention", detectron2 ? "detectron2" : "torchvision");
    section.put("input", detectron2 ? detectron2Input(checkpoint, groups) : torchvisionInput());
    // torchvision froze the normalisation of the weights that it published with epsilon 0
    boolean published = weights.contains(PUBLISHED_RPN) && count == CocoClasses.LARGEST_ID;
    section.put("epsilon", published ? 0.0 : 1e-5);
    section.put("stride_in_1x1", detectron2 && isBottleneck(weights) && groups == 1);
    section.putAll(classes(count, classes));
    section.put(
        "anchors",
        ordered("sizes", List.of(32L, 64L, 128L, 256L, 512L), "ratios", List.of(0.5, 1.0, 2.0)));
    section.put("proposals", ordered("per_level", 1000L, "most", 1000L, "overlap", 0.7));
    section.put("detections", ordered("score", 0.05, "overlap", 0.5, "most", 100L));
    DetectorDescription.parse(checkpoint.source(), section).network(new Weights(backend, weights));
    return new Converted(section, weights);
  }

  private static Checkpoint withoutCounters(Checkpoint checkpoint) throws CheckpointException {
    List<CheckpointTensor> tensors = new ArrayList<>();
    for (CheckpointTensor tensor : checkpoint.tensors()) {
      if (!tensor.name().endsWith(".num_batches_tracked")) {
        tensors.add(tensor);
      }
    }
    return Checkpoint.of(checkpoint.source(), tensors);
  }

  private static Map<String, Object> torchvisionInput() {
    return input("rgb", "0..1", List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
  }

  /**
   * Older checkpoints of detectron2 hold the statistics of images themselves; else they are those
   * of its configurations: the deviation is 1 with the weights of MSRA, and that of
   * ImageNet with those of X-101-32x8d.
   */
  private static Map<String, Object> detectron2Input(Checkpoint checkpoint, int groups)
      throws CheckpointException {
    List<Double> mean = List.of(103.53, 116.28, 123.675);
    List<Double> deviation = groups == 1 ? List.of(1.0, 1.0, 1.0) : List.of(57.375, 57.12, 58.395);
    return input(
        "bgr",
        "0..255",
        checkpoint.contains("pixel_mean") ? values(checkpoint.get("pixel_mean")) : mean,
        checkpoint.contains("pixel_std") ? values(checkpoint.get("pixel_std")) : deviation);
  }

  private static Map<String, Object> input(
      String channels, String scale, List<Double> mean, List<Double> deviation) {
    return ordered(
        "channels", channels,
        "scale", scale,
        "mean", mean,
        "std", deviation,
        "short_side", 800L,
        "long_side", 1333L,
        "pad", (long) ImageGeometry.MULTIPLE);
  }

  /** Keys in this order, so that the same checkpoint gives the same bytes. */
  private static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  /** Short decimals for what the file has in float. */
  private static List<Double> values(CheckpointTensor tensor) {
    List<Double> values = new ArrayList<>();
    for (float value : tensor.floats()) {
      values.add(Double.parseDouble(Float.toString(value)));
    }
    return values;
  }

  private static Map<String, Object> classes(int count, List<String> names) {
    Map<String, Object> section = new LinkedHashMap<>();
    List<Integer> coco = CocoClasses.ids();
    if (!names.isEmpty()) {
      section.put("classes", names);
    } else if (count == coco.size()) {
      section.put("classes", coco.stream().map(CocoClasses::name).toList());
      section.put("category_ids", coco.stream().map(Integer::longValue).toList());
    } else if (count == CocoClasses.LARGEST_ID) {
      section.put("classes", IntStream.rangeClosed(1, count).mapToObj(CocoClasses::name).toList());
    } else {
      section.put("classes", IntStream.rangeClosed(1, count).mapToObj(i -> "class " + i).toList());
    }
    return section;
  }

  /** Such as fasterrcnn-resnet50-fpn. */
  private static String arch(Checkpoint weights, int groups) {
    List<String> blocks = new ArrayList<>();
    for (int stage = 1; stage <= 4; stage++) {
      int n = 0;
      while (weights.contains("backbone.body.layer" + stage + "." + n + ".conv1.weight")) {
        n++;
      }
      blocks.add(Integer.toString(n));
    }
    String key = String.join("-", blocks) + (isBottleneck(weights) ? " bottleneck" : "");
    String depth = DEPTHS.getOrDefault(key, key.replace(" bottleneck", "-bottleneck"));
    String body = (groups == 1 ? "resnet" : "resnext") + depth;
    boolean masks = weights.contains("roi_heads.mask_predictor.conv5_mask.weight");
    return (masks ? "maskrcnn-" : "fasterrcnn-") + body + "-fpn";
  }

  private static boolean isBottleneck(Checkpoint weights) {
    return weights.contains("backbone.body.layer1.0.conv3.weight");
  }

  /** Of the 3x3 convolutions. */
  private static int groups(Checkpoint weights) throws CheckpointException {
    if (!isBottleneck(weights)) {
      return 1;
    }
    int[] shape = weights.get("backbone.body.layer1.0.conv2.weight").shape();
    return shape.length == 4 && shape[1] > 0 ? Math.max(1, shape[0] / shape[1]) : 1;
  }
}
