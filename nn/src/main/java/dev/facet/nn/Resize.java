package dev.facet.nn;

/**
 * The size that {@link Backend#resize} gives a tensor, and how.
 *
 * @param height rows of the result
 * @param width columns of the result
 * @param scaleY result rows per input row; 0 to take the ratio of the sizes. It differs from that
 *     ratio where a size was rounded down. The modes with CORNERS ignore it.
 * @param scaleX result columns per input column, likewise
 */
public record Resize(
    int height, int width, Interpolation interpolation, double scaleY, double scaleX) {
  /**
   * @throws IllegalArgumentException if a size is not positive or a scale negative or not finite
   */
  public Resize {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("resize to " + height + " x " + width);
    }
    if (!(scaleY >= 0 && scaleX >= 0)
        || scaleY == Double.POSITIVE_INFINITY
        || scaleX == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("resize by " + scaleY + " x " + scaleX);
    }
  }

  /** To a size, sampling with the ratio of the sizes. */
  public static Resize to(int height, int width, Interpolation interpolation) {
    return new Resize(height, width, interpolation, 0, 0);
  }

  /**
   * By a factor: the size is floor(side * scale), and samples lie 1 / scale apart. {@link
   * #recomputed} is PyTorch's {@code recompute_scale_factor}.
   */
  public static Resize by(double scale, Tensor x, Interpolation interpolation) {
    int height = (int) Math.floor(x.height() * scale);
    int width = (int) Math.floor(x.width() * scale);
    return new Resize(height, width, interpolation, scale, scale);
  }

  /** The same size, sampling with the ratio of the sizes. */
  public Resize recomputed() {
    return to(height, width, interpolation);
  }
}
