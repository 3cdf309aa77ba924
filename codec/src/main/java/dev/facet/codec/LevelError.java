package dev.facet.codec;

import dev.facet.nn.Tensor;

/**
 * How far one level is from its original.
 *
 * @param level name, such as p2
 * @param mse mean squared error
 * @param psnr in dB; the peak is the original's largest minus its smallest element. Infinite if the
 *     levels are equal, minus infinite if they differ and the original is constant
 * @param largest largest absolute error
 */
public record LevelError(String level, double mse, double psnr, double largest) {
  static LevelError of(String level, Tensor original, Tensor other) {
    float[] a = original.data();
    float[] b = other.data();
    float min = a[0];
    float max = a[0];
    double sum = 0;
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      min = Math.min(min, a[i]);
      max = Math.max(max, a[i]);
      double error = Math.abs((double) a[i] - b[i]);
      sum += error * error;
      largest = Math.max(largest, error);
    }
    double mse = sum / a.length;
    double peak = (double) max - min;
    double psnr = mse == 0 ? Double.POSITIVE_INFINITY : 10 * StrictMath.log10(peak * peak / mse);
    return new LevelError(level, mse, psnr, largest);
  }
}
