package dev.facet.nn;

/**
 * {@link Winograd#transformFilters} for filters in any layout that has them side by side, to the same bits, in plain loops that C2 turns into vectors: fast enough
 * to transform a convolution's filters in every call, since transformed ones take four times the memory. An object is the working memory of
 * one thread.
 */
public final class WinogradFilters {
  /** Filters at a time: their half-transformed values, 18 doubles each, stay in the first-level cache. */
  private static final int RUN = 128;

  /** G g: [3 * row + kx][filter]. */
  private final double[][] half = new double[Winograd.TILE * 3][RUN];

  private final float[] line = new float[RUN];

  /** Working memory. */
  public WinogradFilters() {}

  /**
   * Transforms filters.
   *
   * @param w value 3 * ky + kx of filter i at {@code w[at + (3 * ky + kx) * stride + i]}
   * @param n how many filters
   * @param u receives value 6 * row + column of filter i at {@code u[to + (6 * row + column) * toStride + i]}
   */
  public void transform(float[] w, int at, int stride, int n, float[] u, int to, int toStride) {
    for (int first = 0; first < n; first += RUN) {
      int run = Math.min(RUN, n - first);
      for (int r = 0; r < Winograd.TILE; r++) {
        for (int kx = 0; kx < 3; kx++) {
          int tap = at + kx * stride + first;
          combine(Winograd.G[r], w, tap, tap + 3 * stride, tap + 6 * stride, half[3 * r + kx], run);
        }
      }
      for (int r = 0; r < Winograd.TILE; r++) {
        for (int s = 0; s < Winograd.TILE; s++) {
          combine(Winograd.G[s], half[3 * r], half[3 * r + 1], half[3 * r + 2], line, run);
          System.arraycopy(line, 0, u, to + (r * Winograd.TILE + s) * toStride + first, run);
        }
      }
    }
  }

  private static void combine(double[] g, float[] w, int a, int b, int c, double[] to, int n) {
    double g0 = g[0];
    double g1 = g[1];
    double g2 = g[2];
    for (int i = 0; i < n; i++) {
      to[i] = g0 * w[a + i] + g1 * w[b + i] + g2 * w[c + i];
    }
  }

  private static void combine(double[] g, double[] a, double[] b, double[] c, float[] to, int n) {
    double g0 = g[0];
    double g1 = g[1];
    double g2 = g[2];
    for (int i = 0; i < n; i++) {
      to[i] = (float) (a[i] * g0 + b[i] * g1 + c[i] * g2);
    }
  }
}
