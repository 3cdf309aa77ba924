package dev.facet.codec.pca;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvalues, greatest first, and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, section 8.5): of
 * basic arithmetic alone, so that it has the same bits everywhere.
 */
final class SymmetricEigen {
  private static final int MAX_SWEEPS = 60;

  /** Off-diagonal elements that are this small against the diagonal have converged. */
  private static final double CONVERGED = 1e-12;

  private final double[] values;
  private final double[][] vectors;

  /**
   * Decomposes.
   *
   * @param a symmetric; destroyed
   */
  SymmetricEigen(double[][] a) {
    int n = a.length;
    // row k is to become eigenvector k: rotations of rows run over memory in order
    double[][] rows = new double[n][n];
    for (int i = 0; i < n; i++) {
      rows[i][i] = 1;
    }
    int sweep = 0;
    while (!converged(a) && sweep++ < MAX_SWEEPS) {
      for (int p = 0; p < n - 1; p++) {
        for (int q = p + 1; q < n; q++) {
          if (a[p][q] != 0) {
            rotate(a, rows, p, q);
          }
        }
      }
    }
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> a[i][i]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    values = Arrays.stream(order).mapToDouble(i -> a[i][i]).toArray();
    vectors = Arrays.stream(order).mapToObj(i -> rows[i]).toArray(double[][]::new);
  }

  private static boolean converged(double[][] a) {
    double diagonal = 0;
    double rest = 0;
    for (int i = 0; i < a.length; i++) {
      diagonal += a[i][i] * a[i][i];
      for (int j = 0; j < i; j++) {
        rest += a[i][j] * a[i][j];
      }
    }
    return rest <= CONVERGED * CONVERGED * diagonal;
  }

  /** Makes a[p][q] zero. */
  private static void rotate(double[][] a, double[][] rows, int p, int q) {
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t =
        Math.abs(theta) > 1e150 // its square is not finite
            ? 1 / (2 * theta)
            : Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    double app = a[p][p] - t * a[p][q];
    double aqq = a[q][q] + t * a[p][q];
    rotate(a[p], a[q], c, s);
    for (int i = 0; i < a.length; i++) {
      a[i][p] = a[p][i];
      a[i][q] = a[q][i];
    }
    a[p][p] = app;
    a[q][q] = aqq;
    a[p][q] = 0;
    a[q][p] = 0;
    rotate(rows[p], rows[q], c, s);
  }

  private static void rotate(double[] x, double[] y, double c, double s) {
    for (int i = 0; i < x.length; i++) {
      double xi = x[i];
      double yi = y[i];
      x[i] = c * xi - s * yi;
      y[i] = s * xi + c * yi;
    }
  }

  /** Greatest first. */
  double[] values() {
    return values;
  }

  /** Of length 1, in the order of the values. */
  double[][] vectors() {
    return vectors;
  }
}
