package dev.facet.eval.metric;

import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Natural logarithm of the rate over the accuracy, as cubic pieces. Piece i reaches from knot i to the next; on it, t runs from 0 to
 * 1 and the value is c0 + c1 t + c2 t^2 + c3 t^3.
 */
final class LogRateCurve {
  private static final int DEGREE = 3;

  private final double[] knots;
  private final double[][] pieces;

  private LogRateCurve(double[] knots, double[][] pieces) {
    this.knots = knots;
    this.pieces = pieces;
  }

  /**
   * @param points by rising accuracy, no two alike, as many as the fit needs
   */
  static LogRateCurve of(List<BdRate.Point> points, BdRate.Fit fit) {
    double[] x = points.stream().mapToDouble(BdRate.Point::accuracy).toArray();
    double[] y = points.stream().mapToDouble(point -> StrictMath.log(point.rate())).toArray();
    return switch (fit) {
      case CUBIC -> polynomial(x, y);
      case PCHIP -> pchip(x, y);
    };
  }

  /** Least squares over the whole range in one piece, whose t keeps the system well conditioned. */
  private static LogRateCurve polynomial(double[] x, double[] y) {
    double from = x[0];
    double to = x[x.length - 1];
    DMatrixRMaj powers = new DMatrixRMaj(x.length, DEGREE + 1);
    for (int i = 0; i < x.length; i++) {
      double t = (x[i] - from) / (to - from);
      double power = 1;
      for (int k = 0; k <= DEGREE; k++) {
        powers.set(i, k, power);
        power *= t;
      }
    }
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.qr(x.length, DEGREE + 1);
    if (!solver.setA(powers)) {
      throw new IllegalArgumentException("accuracies too close together for a cubic");
    }
    DMatrixRMaj coefficients = new DMatrixRMaj(DEGREE + 1, 1);
    solver.solve(DMatrixRMaj.wrap(y.length, 1, y.clone()), coefficients);
    return new LogRateCurve(
        new double[] {from, to},
        new double[][] {CommonOps_DDRM.transpose(coefficients, null).getData()});
  }

  private static LogRateCurve pchip(double[] x, double[] y) {
    int n = x.length - 1;
    double[] width = new double[n];
    double[] secant = new double[n];
    for (int i = 0; i < n; i++) {
      width[i] = x[i + 1] - x[i];
      secant[i] = (y[i + 1] - y[i]) / width[i];
    }
    double[] slope = slopes(width, secant);
    double[][] pieces = new double[n][];
    for (int i = 0; i < n; i++) {
      double rise = y[i + 1] - y[i];
      double start = width[i] * slope[i];
      double end = width[i] * slope[i + 1];
      pieces[i] = new double[] {y[i], start, 3 * rise - 2 * start - end, start + end - 2 * rise};
    }
    return new LogRateCurve(x, pieces);
  }

  /** Inside, the weighted harmonic mean of the secants; at the ends, a parabola's slope, limited so that the curve stays monotone. */
  private static double[] slopes(double[] width, double[] secant) {
    int n = secant.length;
    double[] slope = new double[n + 1];
    if (n == 1) {
      slope[0] = secant[0];
      slope[1] = secant[0];
      return slope;
    }
    for (int i = 1; i < n; i++) {
      if (secant[i - 1] * secant[i] > 0) {
        double before = 2 * width[i] + width[i - 1];
        double after = width[i] + 2 * width[i - 1];
        slope[i] = (before + after) / (before / secant[i - 1] + after / secant[i]);
      }
    }
    slope[0] = end(width[0], width[1], secant[0], secant[1]);
    slope[n] = end(width[n - 1], width[n - 2], secant[n - 1], secant[n - 2]);
    return slope;
  }

  private static double end(double width, double next, double secant, double nextSecant) {
    double slope = ((2 * width + next) * secant - width * nextSecant) / (width + next);
    if (slope * secant <= 0) {
      return 0;
    }
    return secant * nextSecant <= 0 && Math.abs(slope) > 3 * Math.abs(secant) ? 3 * secant : slope;
  }

  double at(double x) {
    int piece = 0;
    while (piece < pieces.length - 1 && x > knots[piece + 1]) {
      piece++;
    }
    double[] c = pieces[piece];
    double t = t(piece, x);
    return c[0] + t * (c[1] + t * (c[2] + t * c[3]));
  }

  double integral(double from, double to) {
    double sum = 0;
    for (int i = 0; i < pieces.length; i++) {
      double a = Math.max(from, knots[i]);
      double b = Math.min(to, knots[i + 1]);
      if (a < b) {
        sum +=
            (knots[i + 1] - knots[i])
                * (antiderivative(pieces[i], t(i, b)) - antiderivative(pieces[i], t(i, a)));
      }
    }
    return sum;
  }

  private double t(int piece, double x) {
    return (x - knots[piece]) / (knots[piece + 1] - knots[piece]);
  }

  private static double antiderivative(double[] c, double t) {
    return t * (c[0] + t * (c[1] / 2 + t * (c[2] / 3 + t * c[3] / 4)));
  }
}
