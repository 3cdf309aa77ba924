package dev.facet.nn;

import java.util.Arrays;

/**
 * Which inputs make up each output along one axis of a resize, and their weights. The tables are
 * built in double with + - * / and floor alone, weights are rounded once to float, and inputs of
 * weight zero are left out. The two nearest modes choose their pixel in float, as the reference
 * does, because there a rounding decides between pixels.
 */
final class ResizeTaps {
  private static final double CUBIC = -0.75;
  private static final double CUBIC_ANTIALIAS = -0.5;

  private final int[][] index;
  private final float[][] weight;

  private ResizeTaps(int outputs) {
    index = new int[outputs][];
    weight = new float[outputs][];
  }

  /** Inputs of output {@code i}, in the order of the sum. */
  int[] index(int i) {
    return index[i];
  }

  float[] weight(int i) {
    return weight[i];
  }

  /** True if output {@code i} is one input unchanged. */
  boolean copies(int i) {
    return weight[i].length == 1 && weight[i][0] == 1f;
  }

  /**
   * @param scale outputs per input, 0 for out / in
   */
  static ResizeTaps of(Interpolation how, int in, int out, double scale) {
    ResizeTaps taps = new ResizeTaps(out);
    double step = scale > 0 ? 1 / scale : in / (double) out;
    double cornerStep = out > 1 ? (in - 1) / (double) (out - 1) : 0;
    float floatStep = scale > 0 ? (float) (1 / scale) : (float) in / out;
    for (int i = 0; i < out; i++) {
      double centre = step * (i + 0.5);
      switch (how) {
        case NEAREST -> taps.copy(i, i * floatStep, in);
        case NEAREST_EXACT -> taps.copy(i, (float) ((i + 0.5) * floatStep), in);
        case BILINEAR -> taps.linear(i, Math.max(centre - 0.5, 0), in);
        case BILINEAR_CORNERS -> taps.linear(i, cornerStep * i, in);
        case BICUBIC -> taps.cubic(i, centre - 0.5, in);
        case BICUBIC_CORNERS -> taps.cubic(i, cornerStep * i, in);
        case BILINEAR_ANTIALIAS, BICUBIC_ANTIALIAS ->
            taps.antialias(
                i, centre, Math.max(step, 1), how == Interpolation.BICUBIC_ANTIALIAS, in);
      }
    }
    return taps;
  }

  private void copy(int i, float position, int in) {
    set(i, new int[] {clamp((int) Math.floor(position), in)}, new double[] {1});
  }

  private void linear(int i, double position, int in) {
    int first = clamp((int) Math.floor(position), in);
    double t = Math.min(position - first, 1);
    set(i, new int[] {first, clamp(first + 1, in)}, new double[] {1 - t, t});
  }

  private void cubic(int i, double position, int in) {
    int first = (int) Math.floor(position) - 1;
    double t = position - Math.floor(position);
    int[] from = new int[4];
    double[] w = new double[4];
    for (int k = 0; k < 4; k++) {
      from[k] = clamp(first + k, in);
      w[k] = cubicFilter(t + 1 - k, CUBIC);
    }
    set(i, from, w);
  }

  /**
   * All inputs under a filter that is {@code stretch} times as wide as between neighbouring pixels.
   */
  private void antialias(int i, double centre, double stretch, boolean cubic, int in) {
    double support = (cubic ? 2 : 1) * stretch;
    int first = Math.max((int) (centre - support + 0.5), 0);
    int n = Math.min((int) (centre + support + 0.5), in) - first;
    int[] from = new int[n];
    double[] w = new double[n];
    double sum = 0;
    for (int k = 0; k < n; k++) {
      double distance = (first + k + 0.5 - centre) / stretch;
      from[k] = first + k;
      w[k] = cubic ? cubicFilter(distance, CUBIC_ANTIALIAS) : Math.max(1 - Math.abs(distance), 0);
      sum += w[k];
    }
    for (int k = 0; k < n; k++) {
      w[k] /= sum;
    }
    set(i, from, w);
  }

  /** Keys' cubic convolution filter at x. */
  private static double cubicFilter(double x, double a) {
    double t = Math.abs(x);
    if (t < 1) {
      return ((a + 2) * t - (a + 3)) * t * t + 1;
    }
    return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
  }

  private void set(int i, int[] from, double[] w) {
    index[i] = new int[from.length];
    weight[i] = new float[from.length];
    int n = 0;
    for (int k = 0; k < from.length; k++) {
      float rounded = (float) w[k];
      if (rounded != 0f) {
        index[i][n] = from[k];
        weight[i][n++] = rounded;
      }
    }
    index[i] = Arrays.copyOf(index[i], n);
    weight[i] = Arrays.copyOf(weight[i], n);
  }

  private static int clamp(int i, int n) {
    return Math.min(Math.max(i, 0), n - 1);
  }
}
