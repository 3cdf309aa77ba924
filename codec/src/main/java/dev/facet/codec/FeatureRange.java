package dev.facet.codec;

import java.util.Locale;

/**
 * Smallest and largest value of features, between which a quantiser spreads its steps.
 *
 * @param min finite
 * @param max finite, not below min, and not further from it than float32 can say
 */
public record FeatureRange(float min, float max) {
  /** Checks the order. */
  public FeatureRange {
    if (!Float.isFinite(max - min) || min > max) { // infinite or NaN ends included
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s to %s is no range of finite numbers", min, max));
    }
  }

  /**
   * The range of some values.
   *
   * @param values at least one, all finite
   * @throws IllegalArgumentException if they span more than float32 can say
   */
  public static FeatureRange of(float[] values) {
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    return new FeatureRange(min, max);
  }
}
