package dev.facet.vision;

import java.util.Arrays;

/**
 * Boxes as flat float arrays, four numbers each: x1, y1, x2, y2 in pixels, right and bottom
 * exclusive. Nothing here modifies its arguments. Arithmetic is float, each operation rounded, in
 * the order of torchvision.
 */
public final class Boxes {
  private Boxes() {}

  /**
   * How many boxes an array holds.
   *
   * @throws IllegalArgumentException if its length is no multiple of four
   */
  public static int count(float[] boxes) {
    if (boxes.length % 4 != 0) {
      throw new IllegalArgumentException(boxes.length + " numbers are not boxes of four");
    }
    return boxes.length / 4;
  }

  /** (x2 - x1) * (y2 - y1) of box i, in square pixels; no check that corners are in order. */
  public static float area(float[] boxes, int i) {
    return (boxes[4 * i + 2] - boxes[4 * i]) * (boxes[4 * i + 3] - boxes[4 * i + 1]);
  }

  /** Intersection over union of box i of a and box j of b; NaN if both are empty. */
  public static float iou(float[] a, int i, float[] b, int j) {
    float left = a[4 * i] < b[4 * j] ? b[4 * j] : a[4 * i];
    float top = a[4 * i + 1] < b[4 * j + 1] ? b[4 * j + 1] : a[4 * i + 1];
    float right = b[4 * j + 2] < a[4 * i + 2] ? b[4 * j + 2] : a[4 * i + 2];
    float bottom = b[4 * j + 3] < a[4 * i + 3] ? b[4 * j + 3] : a[4 * i + 3];
    float width = right - left;
    float height = bottom - top;
    float intersection = (width > 0 ? width : 0f) * (height > 0 ? height : 0f);
    return intersection / (area(a, i) + area(b, j) - intersection);
  }

  /** Boxes cut to an image of this size, in pixels. */
  public static float[] clip(float[] boxes, int height, int width) {
    count(boxes);
    float[] clipped = new float[boxes.length];
    for (int k = 0; k < boxes.length; k++) {
      clipped[k] = Math.min(Math.max(boxes[k], 0f), k % 2 == 0 ? width : height);
    }
    return clipped;
  }

  /** Boxes with horizontal and vertical coordinates multiplied: from one image size to another. */
  public static float[] scale(float[] boxes, float vertical, float horizontal) {
    count(boxes);
    float[] scaled = new float[boxes.length];
    for (int k = 0; k < boxes.length; k++) {
      scaled[k] = boxes[k] * (k % 2 == 0 ? horizontal : vertical);
    }
    return scaled;
  }

  /** The boxes with these indices, in this order. */
  public static float[] select(float[] boxes, int[] indices) {
    float[] selected = new float[4 * indices.length];
    for (int k = 0; k < indices.length; k++) {
      System.arraycopy(boxes, 4 * indices[k], selected, 4 * k, 4);
    }
    return selected;
  }

  /** Indices, ascending, of the boxes whose sides are both at least {@code least} pixels. */
  public static int[] atLeast(float[] boxes, float least) {
    int[] indices = new int[count(boxes)];
    int n = 0;
    for (int i = 0; i < indices.length; i++) {
      if (boxes[4 * i + 2] - boxes[4 * i] >= least
          && boxes[4 * i + 3] - boxes[4 * i + 1] >= least) {
        indices[n++] = i;
      }
    }
    return Arrays.copyOf(indices, n);
  }
}
