package dev.facet.eval.distortion;

import dev.facet.nn.Tensor;
import java.util.Arrays;
import java.util.Locale;

/**
 * Convolution with a Gaussian kernel. Beyond the border the samples mirror, without repeating the edge.
 *
 * @param sigma deviation, in samples
 * @param window side of the kernel, odd
 */
public record GaussianBlur(double sigma, int window) implements Distortion {
  /**
   * @throws IllegalArgumentException if sigma is not positive, or the window not odd and positive
   */
  public GaussianBlur {
    if (!(sigma > 0) || !Double.isFinite(sigma) || window < 1 || window % 2 == 0) {
      throw new IllegalArgumentException(
          "blur with sigma "
              + sigma
              + ", window "
              + window
              + ": need a positive sigma, an odd window");
    }
  }

  @Override
  public Tensor apply(Tensor x, long seed) {
    double[] kernel = kernel();
    // the same code in both directions, on axes of a given stride
    int row = x.width() * x.channels();
    Tensor down = pass(x, kernel, x.height(), row, row);
    return pass(down, kernel, x.width(), x.channels(), x.channels());
  }

  /** Of {@code window} taps, with sum 1. */
  private double[] kernel() {
    double[] kernel = new double[window];
    double sum = 0;
    for (int i = 0; i < window; i++) {
      double distance = i - window / 2;
      kernel[i] = StrictMath.exp(-distance * distance / (2 * sigma * sigma));
      sum += kernel[i];
    }
    for (int i = 0; i < window; i++) {
      kernel[i] /= sum;
    }
    return kernel;
  }

  /**
   * One direction.
   *
   * @param length of the axis
   * @param stride from one sample of the axis to the next
   * @param run samples that lie side by side and have the same place on the axis
   */
  private static Tensor pass(Tensor x, double[] kernel, int length, int stride, int run) {
    Tensor result = Tensor.zeros(x.height(), x.width(), x.channels());
    double[] sums = new double[run];
    for (int start = 0; start < x.data().length; start += length * stride) {
      for (int i = 0; i < length; i++) {
        Arrays.fill(sums, 0);
        for (int k = 0; k < kernel.length; k++) {
          int from = start + mirrored(i + k - kernel.length / 2, length) * stride;
          double weight = kernel[k];
          for (int c = 0; c < run; c++) {
            sums[c] += weight * x.data()[from + c];
          }
        }
        for (int c = 0; c < run; c++) {
          result.data()[start + i * stride + c] = (float) sums[c];
        }
      }
    }
    return result;
  }

  /** To and fro, as often as needed: windows are wider than the coarse levels of small pictures. */
  private static int mirrored(int i, int length) {
    if (length == 1) {
      return 0;
    }
    int phase = Math.floorMod(i, 2 * (length - 1));
    return Math.min(phase, 2 * (length - 1) - phase);
  }

  @Override
  public String describe() {
    return String.format(Locale.ROOT, "sigma=%s, ws=%d", Numbers.plain(sigma), window);
  }
}
