package dev.facet.nn;

/**
 * {@link Winograd#transformFilters} for filters in any layout that has them side by side, to the same bits, in plain loops that C2 turns into vectors: fast enough
 * to transform a convolution's filters in every call, since transformed ones take four times the memory. An object is the working memory of
 * one thread.
 */
public final class WinogradFilters {
  /** Filters at a time: their half-transformed values, 18 doubles each, stay in the first-level cache. */
  private static final int RUN = 128;

  /** The filters by tap, widened. */
  private final double[][] g = new double[Winograd.TAPS][RUN];

  /** G g: [3 * row + kx][filter]. */
  private final double[][] half = new double[Winograd.TILE * 3][RUN];

  /** The six values of a row. */
  private final float[][] line = new float[Winograd.TILE][RUN];

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
      for (int tap = 0; tap < g.length; tap++) {
        widen(w, at + tap * stride + first, g[tap], run);
      }
      Winograd.transformColumns(g, half, run);
      for (int r = 0; r < Winograd.TILE; r++) {
        Winograd.transformRow(half[3 * r], half[3 * r + 1], half[3 * r + 2], line, 0, run);
        for (int s = 0; s < Winograd.TILE; s++) {
          System.arraycopy(line[s], 0, u, to + (r * Winograd.TILE + s) * toStride + first, run);
        }
      }
    }
  }

  private static void widen(float[] w, int at, double[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = w[at + i];
    }
  }
}
