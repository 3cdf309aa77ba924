package dev.facet.eval.metric;

import dev.facet.codec.FeaturePyramid;
import dev.facet.nn.Tensor;
import dev.facet.vision.image.Picture;
import java.util.Locale;

/**
 * How alike two pictures or two feature maps are.
 *
 * @param psnr peak signal-to-noise ratio in dB; infinite if they are equal
 * @param ssim structural similarity (Wang et al. 2004), 1 if they are equal
 */
public record Similarity(double psnr, double ssim) {
  private static final double PICTURE_PEAK = 255;

  /** Window and constants of the paper of 2004. */
  private static final int WINDOW = 11;

  private static final double SIGMA = 1.5;
  private static final double K1 = 0.01;
  private static final double K2 = 0.03;

  /** PSNR over the three channels together, SSIM their mean; the peak is 255. */
  public static Similarity of(Picture original, Picture other) {
    Tensor a = original.tensor();
    Tensor b = other.tensor();
    scale(a, PICTURE_PEAK);
    scale(b, PICTURE_PEAK);
    return of(a, b, PICTURE_PEAK);
  }

  private static void scale(Tensor x, double factor) {
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = (float) (x.data()[i] * factor);
    }
  }

  /**
   * The means over the levels; a level's peak is the range of its original, as if it were stretched to the 0..255 of a picture, with a
   * peak of 255.
   *
   * @throws IllegalArgumentException if shapes differ, or a level of the original is constant
   */
  public static Similarity of(FeaturePyramid original, FeaturePyramid other) {
    if (original.size() != other.size()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%d levels against %d", original.size(), other.size()));
    }
    double psnr = 0;
    double ssim = 0;
    for (int i = 0; i < original.size(); i++) {
      float least = Float.POSITIVE_INFINITY;
      float most = Float.NEGATIVE_INFINITY;
      for (float value : original.level(i).data()) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      Similarity level = of(original.level(i), other.level(i), (double) most - least);
      psnr += level.psnr / original.size();
      ssim += level.ssim / original.size();
    }
    return new Similarity(psnr, ssim);
  }

  /**
   * PSNR over all elements, SSIM the mean over the channels.
   *
   * @param original of shape (H, W, C)
   * @param other of the same shape
   * @param peak largest possible value, the smallest being 0
   * @throws IllegalArgumentException if shapes differ, or the peak is not positive
   */
  public static Similarity of(Tensor original, Tensor other, double peak) {
    if (!original.sameShape(other)) {
      throw new IllegalArgumentException(original + " against " + other);
    }
    if (!(peak > 0)) {
      throw new IllegalArgumentException("peak " + peak + ": a range is needed");
    }
    float[] a = original.data();
    float[] b = other.data();
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      squares += difference * difference;
    }
    double psnr =
        squares == 0
            ? Double.POSITIVE_INFINITY
            : 10 * StrictMath.log10(peak * peak * a.length / squares);
    return new Similarity(psnr, ssim(original, other, peak));
  }

  /**
   * Over the positions whose whole window lies inside. Maps smaller than the window, as the coarse levels of small pictures are, have one
   * cut to their side.
   */
  private static double ssim(Tensor original, Tensor other, double peak) {
    double[] rows = gaussian(Math.min(WINDOW, original.height()));
    double[] columns = gaussian(Math.min(WINDOW, original.width()));
    double c1 = K1 * peak * K1 * peak;
    double c2 = K2 * peak * K2 * peak;
    int plane = original.height() * original.width();
    double sum = 0;
    for (int c = 0; c < original.channels(); c++) {
      double[] a = new double[plane];
      double[] b = new double[plane];
      double[] aa = new double[plane];
      double[] bb = new double[plane];
      double[] ab = new double[plane];
      for (int i = 0; i < plane; i++) {
        a[i] = original.data()[i * original.channels() + c];
        b[i] = other.data()[i * original.channels() + c];
        aa[i] = a[i] * a[i];
        bb[i] = b[i] * b[i];
        ab[i] = a[i] * b[i];
      }
      int width = original.width();
      double[] meanA = filter(a, width, rows, columns);
      double[] meanB = filter(b, width, rows, columns);
      double[] meanAa = filter(aa, width, rows, columns);
      double[] meanBb = filter(bb, width, rows, columns);
      double[] meanAb = filter(ab, width, rows, columns);
      double channel = 0;
      for (int i = 0; i < meanA.length; i++) {
        double ma = meanA[i];
        double mb = meanB[i];
        double luminance = (2 * ma * mb + c1) / (ma * ma + mb * mb + c1);
        double structure =
            (2 * (meanAb[i] - ma * mb) + c2) / (meanAa[i] - ma * ma + meanBb[i] - mb * mb + c2);
        channel += luminance * structure;
      }
      sum += channel / meanA.length;
    }
    return sum / original.channels();
  }

  private static double[] gaussian(int taps) {
    double[] weights = new double[taps];
    double sum = 0;
    for (int i = 0; i < taps; i++) {
      double x = i - (taps - 1) / 2.0;
      weights[i] = StrictMath.exp(-x * x / (2 * SIGMA * SIGMA));
      sum += weights[i];
    }
    for (int i = 0; i < taps; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /** Both directions, where the window fits. */
  private static double[] filter(double[] plane, int width, double[] rows, double[] columns) {
    int height = plane.length / width;
    int outWidth = width - columns.length + 1;
    int outHeight = height - rows.length + 1;
    double[] across = new double[height * outWidth];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < outWidth; x++) {
        double sum = 0;
        for (int k = 0; k < columns.length; k++) {
          sum += columns[k] * plane[y * width + x + k];
        }
        across[y * outWidth + x] = sum;
      }
    }
    double[] result = new double[outHeight * outWidth];
    for (int y = 0; y < outHeight; y++) {
      for (int k = 0; k < rows.length; k++) {
        for (int x = 0; x < outWidth; x++) {
          result[y * outWidth + x] += rows[k] * across[(y + k) * outWidth + x];
        }
      }
    }
    return result;
  }
}
