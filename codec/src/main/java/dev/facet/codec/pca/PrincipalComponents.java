package dev.facet.codec.pca;

import dev.facet.nn.Tensor;

/** The principal components of a level: its positions are the samples, its channels the variables. */
final class PrincipalComponents {
  private final double[] means;
  private final SymmetricEigen eigen;

  /** Analyses a level of shape (H, W, C). */
  PrincipalComponents(Tensor level) {
    int channels = level.channels();
    int positions = level.height() * level.width();
    float[] data = level.data();
    means = new double[channels];
    for (int i = 0; i < data.length; i++) {
      means[i % channels] += data[i];
    }
    for (int c = 0; c < channels; c++) {
      means[c] /= positions;
    }
    double[][] covariance = new double[channels][channels];
    double[] centred = new double[channels];
    for (int p = 0; p < positions; p++) {
      for (int c = 0; c < channels; c++) {
        centred[c] = data[p * channels + c] - means[c];
      }
      for (int c = 0; c < channels; c++) {
        double x = centred[c];
        double[] row = covariance[c];
        for (int d = 0; d <= c; d++) {
          row[d] += x * centred[d];
        }
      }
    }
    for (int c = 0; c < channels; c++) {
      for (int d = 0; d <= c; d++) {
        covariance[c][d] /= positions;
        covariance[d][c] = covariance[c][d];
      }
    }
    eigen = new SymmetricEigen(covariance);
  }

  /** Mean of each channel. */
  double[] means() {
    return means;
  }

  /** Variance of each component, greatest first. */
  double[] variances() {
    return eigen.values();
  }

  /** Weight of channel c in component k at k * C + c, of the first components; those of a component have length 1. */
  double[] basis(int count) {
    double[] basis = new double[count * means.length];
    for (int k = 0; k < count; k++) {
      System.arraycopy(eigen.vectors()[k], 0, basis, k * means.length, means.length);
    }
    return basis;
  }

  /**
   * The first components of each position.
   *
   * @param count how many
   * @param origin of each channel, taken off first
   * @return (H, W, count)
   */
  Tensor project(Tensor level, int count, float[] origin) {
    int channels = level.channels();
    Tensor components = Tensor.zeros(level.height(), level.width(), count);
    for (int p = 0; p < level.height() * level.width(); p++) {
      for (int k = 0; k < count; k++) {
        double[] weights = eigen.vectors()[k];
        double sum = 0;
        for (int c = 0; c < channels; c++) {
          sum += weights[c] * ((double) level.data()[p * channels + c] - origin[c]);
        }
        components.data()[p * count + k] = (float) sum;
      }
    }
    return components;
  }
}
