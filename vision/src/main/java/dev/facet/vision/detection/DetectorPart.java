package dev.facet.vision.detection;

import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Weights;
import dev.facet.nn.onnx.Network;
import dev.facet.nn.onnx.Network.Port;
import dev.facet.vision.backbone.PyramidBackbone;
import java.util.ArrayList;
import java.util.List;

/**
 * The networks of Faster R-CNN that are plain functions of tensors: what can be written as a graph and timed against others.
 * Behind them come selection and RoIAlign, which depend on values.
 */
public final class DetectorPart {
  private static final List<String> LEVELS = List.of("p2", "p3", "p4", "p5");

  private DetectorPart() {}

  /**
   * ResNet and feature pyramid network: a normalised image (height, width, 3) to p2..p5.
   *
   * @param w the root of the checkpoint
   * @param config says how the backbone is computed
   * @throws CheckpointException if weights are missing or do not fit together
   */
  public static Network backbone(Weights w, DetectorConfig config, int height, int width)
      throws CheckpointException {
    PyramidBackbone network =
        new PyramidBackbone(w.at("backbone"), config.epsilon(), config.strideIn1x1());
    return new Network(
        "backbone",
        List.of(new Port("image", height, width, 3)),
        LEVELS,
        image -> network.apply(image.getFirst()));
  }

  /**
   * The region proposal network's head on p2..p5 and the pool level p6: scores of objects, (H_l, W_l, A), and box codes, (H_l,
   * W_l, 4 * A), for the A anchors of each place. Each level has half the size of the one before, rounded up.
   *
   * @param w the root of the checkpoint
   * @param height rows of p2
   * @param width columns of p2
   * @throws CheckpointException if weights are missing or do not fit together
   */
  public static Network proposals(Weights w, int height, int width) throws CheckpointException {
    RegionProposalHead head = new RegionProposalHead(w.at("rpn.head"));
    List<Port> inputs = new ArrayList<>();
    int rows = height;
    int columns = width;
    for (String level : LEVELS) {
      inputs.add(new Port(level, rows, columns, head.inChannels()));
      rows = Math.ceilDiv(rows, 2);
      columns = Math.ceilDiv(columns, 2);
    }
    List<String> outputs = new ArrayList<>();
    for (int level = 2; level <= LEVELS.size() + 2; level++) {
      outputs.add("logits_p" + level);
      outputs.add("codes_p" + level);
    }
    return new Network("rpn", inputs, outputs, levels -> apply(head, w.backend(), levels));
  }

  private static List<Tensor> apply(RegionProposalHead head, Backend backend, List<Tensor> levels) {
    List<Tensor> pooled = new ArrayList<>(levels);
    pooled.add(backend.subsample(levels.getLast()));
    List<Tensor> results = new ArrayList<>();
    for (Tensor level : pooled) {
      RegionProposalHead.Output output = head.apply(level);
      results.add(output.logits());
      results.add(output.codes());
    }
    return results;
  }
}
