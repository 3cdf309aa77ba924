package dev.facet.vision;

/**
 * The size to which a detector brings an image: the shorter side becomes {@code shortSide}, unless
 * the longer one then exceeds {@code longSide}. The image itself is then sampled with the ratio of
 * the sizes, not with the scale found here.
 *
 * @param shortSide wanted length of the shorter side in pixels, 800 by default in torchvision
 * @param longSide limit of the longer side in pixels, 1333 by default
 * @param convention how sides are computed and rounded
 */
public record DetectionResize(int shortSide, int longSide, Convention convention) {
  /**
   * @throws IllegalArgumentException if a side is not positive
   */
  public DetectionResize {
    if (shortSide < 1 || longSide < 1) {
      throw new IllegalArgumentException("resize to " + shortSide + " / " + longSide);
    }
  }

  /** A rule of torchvision. */
  public DetectionResize(int shortSide, int longSide) {
    this(shortSide, longSide, Convention.TORCHVISION);
  }

  /**
   * A size in pixels.
   *
   * @param height rows
   * @param width columns
   */
  public record Size(int height, int width) {}

  /**
   * The size for an image. In torchvision the scale is computed in float, reciprocal first, then
   * product: 240 x 320 becomes 800 x 1066, where correctly rounded division would give 799; the
   * sides are floor(side * scale) in double. In detectron2 (ResizeShortestEdge) all is double, and
   * sides are rounded: 800 x 1067.
   *
   * @throws IllegalArgumentException if a side is not positive
   */
  public Size of(int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("image of " + height + " x " + width);
    }
    if (convention == Convention.DETECTRON2) {
      return shortestEdge(height, width);
    }
    float byShort = 1f / Math.min(height, width) * shortSide;
    float byLong = 1f / Math.max(height, width) * longSide;
    double scale = Math.min(byShort, byLong);
    return new Size((int) Math.floor(height * scale), (int) Math.floor(width * scale));
  }

  private Size shortestEdge(int height, int width) {
    double scale = (double) shortSide / Math.min(height, width);
    double newHeight = height < width ? shortSide : scale * height;
    double newWidth = height < width ? scale * width : shortSide;
    double longer = Math.max(newHeight, newWidth);
    if (longer > longSide) {
      newHeight *= longSide / longer;
      newWidth *= longSide / longer;
    }
    return new Size((int) (newHeight + 0.5), (int) (newWidth + 0.5));
  }
}
