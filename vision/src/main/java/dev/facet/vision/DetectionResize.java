package dev.facet.vision;

/**
 * The size to which a detector brings an image: the shorter side becomes {@code shortSide}, unless
 * the longer one then exceeds {@code longSide}. The image itself is then sampled with the ratio of
 * the sizes, not with the scale found here.
 *
 * @param shortSide wanted length of the shorter side in pixels, 800 by default in torchvision
 * @param longSide limit of the longer side in pixels, 1333 by default
 */
public record DetectionResize(int shortSide, int longSide) {
  /**
   * @throws IllegalArgumentException if a side is not positive
   */
  public DetectionResize {
    if (shortSide < 1 || longSide < 1) {
      throw new IllegalArgumentException("resize to " + shortSide + " / " + longSide);
    }
  }

  /**
   * A size in pixels.
   *
   * @param height rows
   * @param width columns
   */
  public record Size(int height, int width) {}

  /**
   * The size for an image. The scale is computed in float as torchvision does, reciprocal first,
   * then product: 240 x 320 becomes 800 x 1066, where correctly rounded division would give 799.
   * The sides are floor(side * scale) in double.
   *
   * @throws IllegalArgumentException if a side is not positive
   */
  public Size of(int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("image of " + height + " x " + width);
    }
    float byShort = 1f / Math.min(height, width) * shortSide;
    float byLong = 1f / Math.max(height, width) * longSide;
    double scale = Math.min(byShort, byLong);
    return new Size((int) Math.floor(height * scale), (int) Math.floor(width * scale));
  }
}
