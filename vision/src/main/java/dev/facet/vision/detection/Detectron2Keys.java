package dev.facet.vision.detection;

import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints of detectron2's R-CNN with FPN under torchvision's names. Beside the names, the
 * background moves from the last class to the first, where it gets box codes and a mask of zeros
 * that nobody reads, and normalisations that hold a factor and a summand alone, as weights from
 * Caffe2 do, get mean 0 and variance 1.
 */
final class Detectron2Keys {
  private static final String MARK = "backbone.bottom_up.stem.conv1.weight";
  private static final String CLASSES = "roi_heads.box_predictor.cls_score";
  private static final String CODES = "roi_heads.box_predictor.bbox_pred";
  private static final String MASKS = "roi_heads.mask_head.predictor";

  /** Pattern of the name without prefix, and what replaces it. */
  private static final Map<Pattern, String> NAMES = new LinkedHashMap<>();

  static {
    name("backbone\\.bottom_up\\.stem\\.conv1\\.norm\\.(\\w+)", "backbone.body.bn1.$1");
    name("backbone\\.bottom_up\\.stem\\.conv1\\.weight", "backbone.body.conv1.weight");
    for (int stage = 2; stage <= 5; stage++) {
      String from = "backbone\\.bottom_up\\.res" + stage + "\\.(\\d+)\\.";
      String to = "backbone.body.layer" + (stage - 1) + ".$1.";
      name(from + "conv([123])\\.norm\\.(\\w+)", to + "bn$2.$3");
      name(from + "conv([123])\\.weight", to + "conv$2.weight");
      name(from + "shortcut\\.norm\\.(\\w+)", to + "downsample.1.$2");
      name(from + "shortcut\\.weight", to + "downsample.0.weight");
      String level = (stage - 2) + ".0.$1";
      name(
          "backbone\\.fpn_lateral" + stage + "\\.(weight|bias)",
          "backbone.fpn.inner_blocks." + level);
      name(
          "backbone\\.fpn_output" + stage + "\\.(weight|bias)",
          "backbone.fpn.layer_blocks." + level);
    }
    name("proposal_generator\\.rpn_head\\.conv\\.(\\w+)", "rpn.head.conv.0.0.$1");
    name("proposal_generator\\.rpn_head\\.objectness_logits\\.(\\w+)", "rpn.head.cls_logits.$1");
    name("proposal_generator\\.rpn_head\\.anchor_deltas\\.(\\w+)", "rpn.head.bbox_pred.$1");
    name("roi_heads\\.box_head\\.fc1\\.(\\w+)", "roi_heads.box_head.fc6.$1");
    name("roi_heads\\.box_head\\.fc2\\.(\\w+)", "roi_heads.box_head.fc7.$1");
    name("roi_heads\\.box_predictor\\.(cls_score|bbox_pred)\\.(\\w+)", "$0");
    for (int i = 1; i <= 4; i++) {
      name(
          "roi_heads\\.mask_head\\.mask_fcn" + i + "\\.(\\w+)",
          "roi_heads.mask_head." + (i - 1) + ".0.$1");
    }
    name("roi_heads\\.mask_head\\.deconv\\.(\\w+)", "roi_heads.mask_predictor.conv5_mask.$1");
    name(
        "roi_heads\\.mask_head\\.predictor\\.(\\w+)",
        "roi_heads.mask_predictor.mask_fcn_logits.$1");
  }

  private Detectron2Keys() {}

  private static void name(String pattern, String replacement) {
    NAMES.put(Pattern.compile(pattern), replacement);
  }

  static boolean isIn(Checkpoint checkpoint) {
    return checkpoint.contains(MARK);
  }

  /**
   * The same detector as torchvision would store it. Tensors that no detector here reads (anchors,
   * counters of batches, the image statistics) are left out.
   *
   * @throws CheckpointException if the predictors' shapes do not fit, or the network is another one
   */
  static Checkpoint toTorchvision(Checkpoint checkpoint) throws CheckpointException {
    List<CheckpointTensor> tensors = new ArrayList<>();
    for (CheckpointTensor tensor : checkpoint.tensors()) {
      String name = torchvisionName(tensor.name());
      if (name == null) {
        requireUnknownIsHarmless(checkpoint, tensor.name());
        continue;
      }
      tensors.add(withBackgroundFirst(checkpoint, tensor).withName(name));
      if (name.matches(".*(bn\\d|downsample\\.1)\\.weight")) {
        String place = name.substring(0, name.length() - "weight".length());
        String from = tensor.name().substring(0, tensor.name().length() - "weight".length());
        int channels = tensor.elements();
        if (!checkpoint.contains(from + "running_mean")) {
          tensors.add(filled(place + "running_mean", 0, channels));
        }
        if (!checkpoint.contains(from + "running_var")) {
          tensors.add(filled(place + "running_var", 1, channels));
        }
      }
    }
    return Checkpoint.of(checkpoint.source(), tensors);
  }

  static @Nullable String torchvisionName(String name) {
    for (Map.Entry<Pattern, String> entry : NAMES.entrySet()) {
      Matcher matcher = entry.getKey().matcher(name);
      if (matcher.matches()) {
        return matcher.replaceFirst(entry.getValue());
      }
    }
    return null;
  }

  /** A network with more parts than those known here would silently be another network. */
  private static void requireUnknownIsHarmless(Checkpoint checkpoint, String name)
      throws CheckpointException {
    if (!name.matches(
        "pixel_(mean|std)|.*\\.num_batches_tracked"
            + "|(proposal_generator\\.)?anchor_generator\\..*|.*\\.cell_anchors\\..*")) {
      throw new CheckpointException(
          checkpoint.source(),
          -1,
          "has the tensor "
              + name
              + ", which Faster and Mask R-CNN on ResNet with FPN do not have: other networks of"
              + " detectron2 are not supported");
    }
  }

  private static CheckpointTensor withBackgroundFirst(
      Checkpoint checkpoint, CheckpointTensor tensor) throws CheckpointException {
    String name = tensor.name();
    if (name.startsWith(CLASSES)) {
      int classes = tensor.shape()[0];
      int row = tensor.elements() / classes;
      float[] from = tensor.floats();
      float[] to = new float[from.length];
      System.arraycopy(from, from.length - row, to, 0, row);
      System.arraycopy(from, 0, to, row, from.length - row);
      return CheckpointTensor.ofFloats(name, to, tensor.shape());
    }
    int rows = name.startsWith(CODES) ? 4 : name.startsWith(MASKS) ? 1 : 0;
    if (rows == 0) {
      return tensor;
    }
    int[] shape = tensor.shape();
    int classes = checkpoint.get(CLASSES + ".bias").elements() - 1;
    if (shape[0] != rows * classes) {
      throw new CheckpointException(
          checkpoint.source(),
          -1,
          String.format(
              Locale.ROOT,
              "%s has %d rows for %d classes: class-agnostic heads are not supported",
              name,
              shape[0],
              classes));
    }
    int row = tensor.elements() / shape[0];
    float[] from = tensor.floats();
    float[] to = new float[from.length + rows * row];
    System.arraycopy(from, 0, to, rows * row, from.length);
    shape[0] += rows;
    return CheckpointTensor.ofFloats(name, to, shape);
  }

  private static CheckpointTensor filled(String name, float value, int count) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return CheckpointTensor.ofFloats(name, values, count);
  }
}
