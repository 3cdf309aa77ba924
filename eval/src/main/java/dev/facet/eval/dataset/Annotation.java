package dev.facet.eval.dataset;

import org.jspecify.annotations.Nullable;

/**
 * One object of an image.
 *
 * @param category index into {@link DetectionDataset#categories()}
 * @param box around it
 * @param area in square pixels, by which COCO calls it small, medium or large; of the mask where there is one
 * @param crowd true for a group that is not annotated one by one: detections inside it count neither for nor against
 * @param mask its pixels, where known
 * @param track the same for one object in all images of a sequence, where known
 */
public record Annotation(
    int category,
    BoundingBox box,
    double area,
    boolean crowd,
    @Nullable RunLengthMask mask,
    @Nullable Long track) {
  /** An object with a box alone. */
  public Annotation(int category, BoundingBox box) {
    this(category, box, box.area(), false, null, null);
  }
}
