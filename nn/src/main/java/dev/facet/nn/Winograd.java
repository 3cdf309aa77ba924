package dev.facet.nn;

/**
 * Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray, 2015) as the numeric profile defines it: Y = A^T [ (G g
 * G^T) . (B^T d B) ] A over 6x6 input tiles d that step by 4, the first one starting at (-1, -1), with zeros outside the
 * input.
 *
 * <p>The interpolation points are 0, +-3/4, +-3/2 and infinity instead of the usual 0, +-1, +-2: all constants stay exact in
 * float32, and the largest error against exact arithmetic falls from about 8e-6 to 2e-6 of the output's maximum, next to
 * direct summation (docs/design/winograd-points.md).
 *
 * <p>Order of operations: both transforms run down the columns of a tile first, then along its rows. The product over input
 * channels is one fma chain per tile position, starting at +0 and ascending; the bias is added after the output transform.
 */
public final class Winograd {
  /** Outputs per tile and side. */
  public static final int STEP = 4;

  /** Inputs per tile and side. */
  public static final int TILE = 6;

  /** Taps of a kernel. */
  public static final int TAPS = 9;

  /** Positions in a tile. */
  public static final int POSITIONS = TILE * TILE;

  // Interpolation points +-P and +-Q, and their powers and products; exact in float32.
  public static final float P = 0.75f;
  public static final float Q = 1.5f;
  public static final float P2 = P * P;
  public static final float Q2 = Q * Q;
  public static final float P3 = P * P * P;
  public static final float Q3 = Q * Q * Q;
  public static final float P2Q2 = P2 * Q2;
  public static final float P2_PLUS_Q2 = P2 + Q2;

  /** G (6 x 3): row for point p is (1, p, p^2) over the product of its distances to the other points. */
  static final double[][] G = filterTransform();

  private Winograd() {}

  public static int tiles(int outputs) {
    return (outputs + STEP - 1) / STEP;
  }

  /**
   * Transforms the filters of one input channel: U = G g G^T in double, rounded once to float. All output channels side by
   * side, so that the loops become vector code: there are millions of filters, and a program that is just starting waits for them.
   *
   * @param u receives U, by position ({@code 6 * row + column}) and output channel in stored order
   */
  public static void transformFilters(ConvolutionParameters p, int in, float[][] u) {
    int n = p.kernelChannels();
    double[][] g = new double[TAPS][n];
    p.weights(in, g);
    double[][] half = new double[TILE * 3][n];
    transformColumns(g, half, n);
    for (int r = 0; r < TILE; r++) {
      transformRow(half[3 * r], half[3 * r + 1], half[3 * r + 2], u, r * TILE, n);
    }
  }

  /**
   * G g of n filters. Each loop has one or two results: C2 makes no vectors of one with six.
   *
   * @param g filters by tap
   * @param half receives G g, by {@code 3 * row + kx}
   */
  static void transformColumns(double[][] g, double[][] half, int n) {
    for (int kx = 0; kx < 3; kx++) {
      double[] x = g[kx];
      double[] y = g[3 + kx];
      double[] z = g[6 + kx];
      combine(G[0], x, y, z, half[kx], n);
      combineBoth(G[1], x, y, z, half[3 + kx], half[6 + kx], n);
      combineBoth(G[3], x, y, z, half[9 + kx], half[12 + kx], n);
      combine(G[5], x, y, z, half[15 + kx], n);
    }
  }

  /** A row (x, y, z) of G g times G^T, of n filters, rounded to float: six values from {@code to[at]} on. */
  static void transformRow(double[] x, double[] y, double[] z, float[][] to, int at, int n) {
    combine(G[0], x, y, z, to[at], n);
    combineBoth(G[1], x, y, z, to[at + 1], to[at + 2], n);
    combineBoth(G[3], x, y, z, to[at + 3], to[at + 4], n);
    combine(G[5], x, y, z, to[at + 5], n);
  }

  private static void combine(
      double[] row, double[] x, double[] y, double[] z, double[] to, int n) {
    double a = row[0];
    double b = row[1];
    double c = row[2];
    for (int o = 0; o < n; o++) {
      to[o] = a * x[o] + b * y[o] + c * z[o];
    }
  }

  private static void combine(double[] row, double[] x, double[] y, double[] z, float[] to, int n) {
    double a = row[0];
    double b = row[1];
    double c = row[2];
    for (int o = 0; o < n; o++) {
      to[o] = (float) (a * x[o] + b * y[o] + c * z[o]);
    }
  }

  /** For the rows of a point and of its negative, which differ in the sign of the middle factor. */
  private static void combineBoth(
      double[] row, double[] x, double[] y, double[] z, double[] plus, double[] minus, int n) {
    double a = row[0];
    double b = row[1];
    double c = row[2];
    for (int o = 0; o < n; o++) {
      double ax = a * x[o];
      double by = b * y[o];
      double cz = c * z[o];
      plus[o] = ax + by + cz;
      minus[o] = ax - by + cz;
    }
  }

  /** The same, rounded to float. */
  private static void combineBoth(
      double[] row, double[] x, double[] y, double[] z, float[] plus, float[] minus, int n) {
    double a = row[0];
    double b = row[1];
    double c = row[2];
    for (int o = 0; o < n; o++) {
      double ax = a * x[o];
      double by = b * y[o];
      double cz = c * z[o];
      plus[o] = (float) (ax + by + cz);
      minus[o] = (float) (ax - by + cz);
    }
  }

  /** B^T applied to six values of n channels each: the scalar definition of the input transform along one line. */
  static void inputLine(
      float[] x0, float[] x1, float[] x2, float[] x3, float[] x4, float[] x5, float[][] to, int n) {
    float[] r0 = to[0];
    float[] r1 = to[1];
    float[] r2 = to[2];
    float[] r3 = to[3];
    float[] r4 = to[4];
    float[] r5 = to[5];
    for (int c = 0; c < n; c++) {
      float evenP = Fma.fma(-Q2, x2[c], x4[c]);
      float oddP = Fma.fma(-Q2, x1[c], x3[c]);
      float evenQ = Fma.fma(-P2, x2[c], x4[c]);
      float oddQ = Fma.fma(-P2, x1[c], x3[c]);
      r0[c] = Fma.fma(P2Q2, x0[c], Fma.fma(-P2_PLUS_Q2, x2[c], x4[c]));
      r1[c] = Fma.fma(P, oddP, evenP);
      r2[c] = Fma.fma(-P, oddP, evenP);
      r3[c] = Fma.fma(Q, oddQ, evenQ);
      r4[c] = Fma.fma(-Q, oddQ, evenQ);
      r5[c] = Fma.fma(P2Q2, x1[c], Fma.fma(-P2_PLUS_Q2, x3[c], x5[c]));
    }
  }

  /** A^T applied to six values of n channels each: the scalar definition of the output transform along one line. */
  static void outputLine(
      float[] m0, float[] m1, float[] m2, float[] m3, float[] m4, float[] m5, float[][] to, int n) {
    float[] y0 = to[0];
    float[] y1 = to[1];
    float[] y2 = to[2];
    float[] y3 = to[3];
    for (int c = 0; c < n; c++) {
      float sumP = m1[c] + m2[c];
      float differenceP = m1[c] - m2[c];
      float sumQ = m3[c] + m4[c];
      float differenceQ = m3[c] - m4[c];
      y0[c] = (m0[c] + sumP) + sumQ;
      y1[c] = Fma.fma(Q, differenceQ, P * differenceP);
      y2[c] = Fma.fma(Q2, sumQ, P2 * sumP);
      y3[c] = Fma.fma(Q3, differenceQ, Fma.fma(P3, differenceP, m5[c]));
    }
  }

  private static double[][] filterTransform() {
    double[] points = {0, P, -P, Q, -Q};
    double[][] g = new double[TILE][3];
    for (int i = 0; i < points.length; i++) {
      double distances = 1;
      for (int j = 0; j < points.length; j++) {
        if (j != i) {
          distances *= points[i] - points[j];
        }
      }
      g[i][0] = 1 / distances;
      g[i][1] = points[i] / distances;
      g[i][2] = points[i] * points[i] / distances;
    }
    g[TILE - 1][2] = 1;
    return g;
  }
}
