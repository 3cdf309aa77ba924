package dev.facet.vision.detection;

import dev.facet.nn.Tensor;
import dev.facet.vision.Boxes;
import java.util.List;

/**
 * Objects found in an image, by falling score.
 *
 * @param boxes x1, y1, x2, y2 of each, in pixels; right and bottom exclusive
 * @param labels class of each, from 1 on; 0 is the background
 * @param scores probability of the class, in 0..1
 * @param masks with Mask R-CNN, for each object the probability of belonging to it, (28, 28, 1)
 *     over its box; see {@link MaskPaste}. Else empty
 */
public record Detections(float[] boxes, int[] labels, float[] scores, List<Tensor> masks) {
  /**
   * @throws IllegalArgumentException if the numbers of boxes, labels, scores and masks differ
   */
  public Detections {
    masks = List.copyOf(masks);
    if (Boxes.count(boxes) != scores.length
        || labels.length != scores.length
        || (!masks.isEmpty() && masks.size() != scores.length)) {
      throw new IllegalArgumentException(
          Boxes.count(boxes)
              + " boxes, "
              + labels.length
              + " labels, "
              + scores.length
              + " scores, "
              + masks.size()
              + " masks");
    }
  }

  /** Detections without masks. */
  public Detections(float[] boxes, int[] labels, float[] scores) {
    this(boxes, labels, scores, List.of());
  }

  /** How many objects. */
  public int count() {
    return scores.length;
  }

  /** The same with masks. */
  Detections withMasks(List<Tensor> newMasks) {
    return new Detections(boxes, labels, scores, newMasks);
  }

  /** The same in the coordinates of the original image, brought there as torchvision does. */
  Detections inOriginal(ImageGeometry geometry) {
    float vertical = (float) geometry.original().height() / geometry.resized().height();
    float horizontal = (float) geometry.original().width() / geometry.resized().width();
    return new Detections(Boxes.scale(boxes, vertical, horizontal), labels, scores, masks);
  }
}
