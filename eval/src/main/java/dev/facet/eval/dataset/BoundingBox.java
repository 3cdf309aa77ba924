package dev.facet.eval.dataset;

/**
 * A box in pixels, as COCO writes it.
 *
 * @param x left edge
 * @param y upper edge
 * @param width at least 0
 * @param height at least 0
 */
public record BoundingBox(double x, double y, double width, double height) {
  /**
   * @throws IllegalArgumentException if a number is not finite, or a side negative
   */
  public BoundingBox {
    if (!Double.isFinite(x + y + width + height)) {
      throw new IllegalArgumentException("box with a number that is not finite");
    }
    if (width < 0 || height < 0) {
      throw new IllegalArgumentException("box of negative size " + width + " x " + height);
    }
  }

  /** The box number {@code index} of an array of x1, y1, x2, y2, right and bottom exclusive. */
  public static BoundingBox ofCorners(float[] corners, int index) {
    double left = corners[4 * index];
    double top = corners[4 * index + 1];
    return new BoundingBox(left, top, corners[4 * index + 2] - left, corners[4 * index + 3] - top);
  }

  /** In square pixels. */
  public double area() {
    return width * height;
  }

  /** Square pixels that both cover. */
  public double intersection(BoundingBox other) {
    double w = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
    double h = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
    return w > 0 && h > 0 ? w * h : 0;
  }
}
