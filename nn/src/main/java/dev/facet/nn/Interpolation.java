package dev.facet.nn;

/**
 * How {@link Backend#resize} finds a value between pixels. Pixels are squares with their centre in
 * the middle, except for the two modes with CORNERS, where the centres of the corner pixels fall on
 * each other (PyTorch's {@code align_corners}).
 */
public enum Interpolation {
  /** Pixel floor(i * step), PyTorch's {@code nearest}. */
  NEAREST,
  /** Pixel floor((i + 1/2) * step), PyTorch's {@code nearest-exact}. */
  NEAREST_EXACT,
  BILINEAR,
  BILINEAR_CORNERS,
  /** Cubic convolution with a = -0.75; coordinates beyond the border repeat it. */
  BICUBIC,
  BICUBIC_CORNERS,
  /** Triangle filter, widened by the step when shrinking; weights divided by their sum. */
  BILINEAR_ANTIALIAS,
  /**
   * Cubic filter with a = -0.5, widened by the step when shrinking; weights divided by their sum.
   */
  BICUBIC_ANTIALIAS
}
