package dev.facet.vision.detection;

import dev.facet.nn.Backend;
import dev.facet.nn.Interpolation;
import dev.facet.nn.Resize;
import dev.facet.nn.Tensor;
import dev.facet.vision.DetectionResize.Size;

/**
 * Pastes the masks of Mask R-CNN into the image as torchvision does: mask and box get a border of
 * one mask pixel, the box's corners are cut to integers, and the mask is resized (bilinear) to its
 * pixels. A pixel belongs to the object from probability 1/2 on.
 */
public final class MaskPaste {
  /** Of zeros around a mask, so that it falls off at the border of the box. */
  private static final int BORDER = 1;

  private MaskPaste() {}

  /**
   * Pastes one mask.
   *
   * @param detections in pixels of the image
   * @param index which of them
   * @param image size of the image
   * @return probabilities, (H, W, 1); zero outside the box
   * @throws IllegalArgumentException if there is no such mask
   */
  public static Tensor paste(Backend backend, Detections detections, int index, Size image) {
    if (index < 0 || index >= detections.masks().size()) {
      throw new IllegalArgumentException("mask " + index + " of " + detections.masks().size());
    }
    Tensor mask = detections.masks().get(index);
    Tensor bordered = backend.pad(mask, BORDER, BORDER, BORDER, BORDER);
    float growth = (float) ((double) bordered.width() / mask.width());
    float[] boxes = detections.boxes();
    Span rows = Span.of(boxes[4 * index + 1], boxes[4 * index + 3], growth);
    Span columns = Span.of(boxes[4 * index], boxes[4 * index + 2], growth);
    Tensor resized =
        backend.resize(
            bordered, Resize.to(rows.length(), columns.length(), Interpolation.BILINEAR));
    Tensor pasted = Tensor.zeros(image.height(), image.width(), 1);
    int left = Math.max(columns.first(), 0);
    int width = Math.min(columns.end(), image.width()) - left;
    for (int y = Math.max(rows.first(), 0); y < Math.min(rows.end(), image.height()); y++) {
      if (width > 0) {
        System.arraycopy(
            resized.data(),
            (y - rows.first()) * columns.length() + left - columns.first(),
            pasted.data(),
            y * image.width() + left,
            width);
      }
    }
    return pasted;
  }

  /** Pixels first .. first + length - 1 along an axis. */
  private record Span(int first, int length) {
    static Span of(float from, float to, float growth) {
      float half = (to - from) * 0.5f * growth;
      float centre = (to + from) * 0.5f;
      int first = (int) (centre - half);
      int last = (int) (centre + half);
      return new Span(first, Math.max(last - first + 1, 1));
    }

    int end() {
      return first + length;
    }
  }
}
