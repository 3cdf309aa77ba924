package dev.facet.nn;

/** The sum at the bottom of every operation: one fma chain per output channel, all channels side by side. */
final class ScalarChains {
  private ScalarChains() {}

  /**
   * For every output channel o: {@code for i in 0..n-1: acc[o] = fma(x[from + i], rows[row + i][o], acc[o])}. Four steps of the
   * chain at a time, so that acc is loaded and stored once for four.
   */
  static void extend(float[] acc, float[] x, int from, int n, float[][] rows, int row) {
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      extend4(
          acc,
          x[from + i],
          x[from + i + 1],
          x[from + i + 2],
          x[from + i + 3],
          rows[row + i],
          rows[row + i + 1],
          rows[row + i + 2],
          rows[row + i + 3]);
    }
    for (; i < n; i++) {
      extend1(acc, x[from + i], rows[row + i]);
    }
  }

  private static void extend4(
      float[] acc,
      float x0,
      float x1,
      float x2,
      float x3,
      float[] w0,
      float[] w1,
      float[] w2,
      float[] w3) {
    for (int o = 0; o < acc.length; o++) {
      acc[o] =
          Fma.fma(x3, w3[o], Fma.fma(x2, w2[o], Fma.fma(x1, w1[o], Fma.fma(x0, w0[o], acc[o]))));
    }
  }

  private static void extend1(float[] acc, float x, float[] w) {
    for (int o = 0; o < acc.length; o++) {
      acc[o] = Fma.fma(x, w[o], acc[o]);
    }
  }
}
