package dev.facet.vision.detection;

import dev.facet.nn.Elementary;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Weights;
import dev.facet.vision.BoxCoder;
import dev.facet.vision.Boxes;
import dev.facet.vision.Convention;
import dev.facet.vision.DetectionResize.Size;
import dev.facet.vision.Nms;
import java.util.Arrays;
import java.util.List;

/**
 * The region proposal network (Ren et al., Faster R-CNN, 2015): of each level the anchors of
 * highest score, moved by their codes and cut to the image; of all levels together those that
 * remain after suppression within each level.
 *
 * <p>Keys: {@code head}.
 */
final class RegionProposalNetwork {
  /** torchvision drops boxes with a shorter side, in pixels; detectron2 empty ones. */
  private static final float LEAST_SIDE = 1e-3f;

  private final RegionProposalHead head;
  private final AnchorGenerator anchors;
  private final DetectorConfig.ProposalRules rules;
  private final float leastSide;

  RegionProposalNetwork(Weights w, DetectorConfig config) throws CheckpointException {
    head = new RegionProposalHead(w.at("head"));
    anchors = config.anchors();
    rules = config.proposals();
    leastSide = config.convention() == Convention.DETECTRON2 ? Float.MIN_VALUE : LEAST_SIDE;
    for (int level = 0; level < anchors.levels(); level++) {
      w.require(
          anchors.perPlace(level) == head.anchors(),
          "head has %d anchors at each place, the configuration %d on level %d",
          head.anchors(),
          anchors.perPlace(level),
          level);
    }
  }

  int inChannels() {
    return head.inChannels();
  }

  /** Proposals from p2..p5 and the pool level. */
  Proposals apply(List<Tensor> levels, ImageGeometry geometry) {
    if (levels.size() != anchors.levels()) {
      throw new IllegalArgumentException(
          levels.size() + " levels, but anchors for " + anchors.levels());
    }
    float[][] boxes = new float[levels.size()][];
    float[][] scores = new float[levels.size()][];
    int total = 0;
    for (int level = 0; level < boxes.length; level++) {
      Tensor x = levels.get(level);
      RegionProposalHead.Output output = head.apply(x);
      float[] logits = output.logits().data();
      int[] best = Nms.byFallingScore(logits);
      best = Arrays.copyOf(best, Math.min(best.length, rules.perLevel()));
      float[] references = anchors.at(level, x.height(), x.width(), geometry.padded(), best);
      boxes[level] =
          BoxCoder.PROPOSALS.decode(references, Boxes.select(output.codes().data(), best));
      scores[level] = new float[best.length];
      for (int k = 0; k < best.length; k++) {
        scores[level][k] = Elementary.sigmoid(logits[best[k]]);
      }
      total += best.length;
    }
    return select(join(boxes, scores, total), geometry.resized());
  }

  private static Proposals join(float[][] boxes, float[][] scores, int total) {
    float[] allBoxes = new float[4 * total];
    float[] allScores = new float[total];
    int[] levels = new int[total];
    int at = 0;
    for (int level = 0; level < boxes.length; level++) {
      int n = scores[level].length;
      System.arraycopy(boxes[level], 0, allBoxes, 4 * at, 4 * n);
      System.arraycopy(scores[level], 0, allScores, at, n);
      Arrays.fill(levels, at, at + n, level);
      at += n;
    }
    return new Proposals(allBoxes, allScores, levels);
  }

  private Proposals select(Proposals all, Size image) {
    float[] clipped = Boxes.clip(all.boxes(), image.height(), image.width());
    int[] large = Boxes.atLeast(clipped, leastSide);
    Proposals candidates = pick(clipped, all, large);
    int[] kept =
        Nms.perClass(candidates.boxes(), candidates.scores(), candidates.levels(), rules.overlap());
    return pick(
        candidates.boxes(), candidates, Arrays.copyOf(kept, Math.min(kept.length, rules.most())));
  }

  private static Proposals pick(float[] boxes, Proposals from, int[] indices) {
    float[] scores = new float[indices.length];
    int[] levels = new int[indices.length];
    for (int k = 0; k < indices.length; k++) {
      scores[k] = from.scores()[indices[k]];
      levels[k] = from.levels()[indices[k]];
    }
    return new Proposals(Boxes.select(boxes, indices), scores, levels);
  }
}
