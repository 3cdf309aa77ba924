package dev.facet.nn;

/**
 * Batch normalisation at inference, frozen or not, as one factor and one summand per channel for
 * {@link Backend#affineChannels}: scale = weight / sqrt(variance + epsilon), shift = bias - mean *
 * scale. Both are computed in double, the shift from the rounded scale, and rounded once.
 */
public final class BatchNorm {
  private final float[] scale;
  private final float[] shift;

  private BatchNorm(float[] scale, float[] shift) {
    this.scale = scale;
    this.shift = shift;
  }

  /**
   * Folds the four vectors of a checkpoint.
   *
   * @param epsilon 1e-5 in most models; 0 in the published detection models of torchvision
   * @throws IllegalArgumentException if lengths differ
   */
  public static BatchNorm fold(
      float[] weight, float[] bias, float[] mean, float[] variance, double epsilon) {
    int n = weight.length;
    if (bias.length != n || mean.length != n || variance.length != n) {
      throw new IllegalArgumentException(
          "batch norm of "
              + n
              + " weights, "
              + bias.length
              + " biases, "
              + mean.length
              + " means, "
              + variance.length
              + " variances");
    }
    float[] scale = new float[n];
    float[] shift = new float[n];
    for (int c = 0; c < n; c++) {
      scale[c] = (float) (weight[c] / Math.sqrt(variance[c] + epsilon));
      shift[c] = (float) (bias[c] - (double) mean[c] * scale[c]);
    }
    return new BatchNorm(scale, shift);
  }

  public int channels() {
    return scale.length;
  }

  /** Factor of each channel; not a copy. */
  public float[] scale() {
    return scale;
  }

  /** Summand of each channel; not a copy. */
  public float[] shift() {
    return shift;
  }
}
