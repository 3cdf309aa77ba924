package dev.facet.vision.detection;

import dev.facet.nn.Tensor;
import dev.facet.vision.BoxCoder;
import dev.facet.vision.Boxes;
import dev.facet.vision.Convention;
import dev.facet.vision.DetectionResize.Size;
import dev.facet.vision.Nms;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * From the box head's output to detections: of every proposal each class but the background whose
 * score is high enough, its box cut to the image, and of those what remains after suppression
 * within each class.
 */
final class DetectionSelection {
  /** torchvision drops boxes with a shorter side, in pixels. */
  private static final float LEAST_SIDE = 1e-2f;

  private final DetectorConfig.DetectionRules rules;
  private final float leastSide;

  DetectionSelection(DetectorConfig config) {
    rules = config.detections();
    // detectron2 drops empty boxes alone, and after it took the best: here they take no place
    leastSide = config.convention() == Convention.DETECTRON2 ? Float.MIN_VALUE : LEAST_SIDE;
  }

  /**
   * Selects.
   *
   * @param proposals boxes that the head saw
   * @param scores softmax of the head's logits, (n, 1, K)
   * @param codes (n, 1, 4 * K)
   * @return detections in pixels of the resized image, without masks
   */
  Detections apply(float[] proposals, Tensor scores, Tensor codes, Size resized) {
    int classes = scores.channels();
    float[] all = scores.data();
    int[] likely =
        IntStream.range(0, all.length)
            .filter(k -> k % classes != 0 && all[k] > rules.score())
            .toArray();
    int[] owners = Arrays.stream(likely).map(k -> k / classes).toArray();
    float[] boxes =
        Boxes.clip(
            BoxCoder.DETECTIONS.decode(
                Boxes.select(proposals, owners), Boxes.select(codes.data(), likely)),
            resized.height(),
            resized.width());
    int[] large = Boxes.atLeast(boxes, leastSide);
    Detections candidates =
        new Detections(
            Boxes.select(boxes, large),
            Arrays.stream(large).map(i -> likely[i] % classes).toArray(),
            pick(all, Arrays.stream(large).map(i -> likely[i]).toArray()));
    int[] kept =
        Nms.perClass(candidates.boxes(), candidates.scores(), candidates.labels(), rules.overlap());
    int[] first = Arrays.copyOf(kept, Math.min(kept.length, rules.most()));
    return new Detections(
        Boxes.select(candidates.boxes(), first),
        Arrays.stream(first).map(i -> candidates.labels()[i]).toArray(),
        pick(candidates.scores(), first));
  }

  private static float[] pick(float[] from, int[] indices) {
    float[] picked = new float[indices.length];
    for (int k = 0; k < indices.length; k++) {
      picked[k] = from[indices[k]];
    }
    return picked;
  }
}
