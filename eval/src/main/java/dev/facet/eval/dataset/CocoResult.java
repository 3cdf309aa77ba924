package dev.facet.eval.dataset;

import dev.facet.vision.detection.Detections;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A detected object, one entry of a file of COCO results.
 *
 * @param image id of the image
 * @param category index into {@link DetectionDataset#categories()}
 * @param box around it
 * @param score by which detections are ranked, greatest first
 * @param mask its pixels, where known
 */
public record CocoResult(
    long image, int category, BoundingBox box, double score, @Nullable RunLengthMask mask) {
  /**
   * @throws IllegalArgumentException if the score is not finite
   */
  public CocoResult {
    if (!Double.isFinite(score)) {
      throw new IllegalArgumentException("score " + score);
    }
  }

  /** A detection without a mask. */
  public CocoResult(long image, int category, BoundingBox box, double score) {
    this(image, category, box, score, null);
  }

  /** The boxes that a detector found in an image, in pixels of the image; label 1 is the first class. */
  public static List<CocoResult> of(long image, Detections detections) {
    List<CocoResult> results = new ArrayList<>();
    for (int i = 0; i < detections.count(); i++) {
      results.add(
          new CocoResult(
              image,
              detections.labels()[i] - 1,
              BoundingBox.ofCorners(detections.boxes(), i),
              detections.scores()[i]));
    }
    return results;
  }
}
