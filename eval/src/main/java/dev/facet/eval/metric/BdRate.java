package dev.facet.eval.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Bjontegaard delta rate (VCEG-M33, 2001): how much less (negative) or more rate one codec needs than another for the same accuracy,
 * as the mean over the accuracies that both reach. The logarithm of the rate is interpolated over the accuracy.
 *
 * <p>An accuracy such as AP need not rise with the rate. Points that are no better than one of a lower rate are left out first, as
 * nobody would choose them (the Pareto front); {@link #left} says how many.
 *
 * @param found whether there is a number at all
 * @param percent mean difference of rate, in percent of the reference's; NaN without a number
 * @param low least accuracy that both reach; of NO_OVERLAP, the end of the lower curve
 * @param high greatest accuracy that both reach; of NO_OVERLAP, the start of the upper curve
 * @param least the smallest difference at one accuracy, in percent; NaN without a number
 * @param most the largest difference at one accuracy; the curves cross if the signs differ
 * @param left points left out of both curves, because one of a lower rate is as accurate
 */
public record BdRate(
    Found found, double percent, double low, double high, double least, double most, int left) {
  /** Where the extremes are looked for: parts of the common interval. */
  private static final int STEPS = 512;

  /** Whether a number was found. */
  public enum Found {
    /** It was. */
    MEASURED,
    /** No accuracy is reached by both codecs: measure at other qualities. */
    NO_OVERLAP,
    /** A curve has fewer points than the interpolation needs. */
    TOO_FEW_POINTS
  }

  /** How the curve runs between its points. */
  public enum Fit {
    /** One polynomial of degree 3 through four points, the least-squares one of more, as VCEG-M33 has it. Overshoots where a curve saturates. */
    CUBIC(4),
    /** Piecewise cubic Hermite (Fritsch and Butland 1984), as in the spreadsheets of the JCT-VC and JVET common test conditions: monotone. */
    PCHIP(2);

    private final int points;

    Fit(int points) {
      this.points = points;
    }

    /** The fewest points, after dominated ones are left out. */
    public int points() {
      return points;
    }
  }

  /**
   * A point of a curve.
   *
   * @param rate positive, in any unit
   * @param accuracy in any unit, the same for both codecs; greater is better
   */
  public record Point(double rate, double accuracy) {
    /**
     * @throws IllegalArgumentException if the rate is not positive and finite, or the accuracy not finite
     */
    public Point {
      if (!(rate > 0) || !Double.isFinite(rate) || !Double.isFinite(accuracy)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "rate %s, accuracy %s: a curve needs positive rates and finite accuracies",
                rate,
                accuracy));
      }
    }
  }

  /**
   * Compares two codecs.
   *
   * @param reference the codec that is 100 percent, in any order
   * @param tested the one to compare with it
   */
  public static BdRate of(List<Point> reference, List<Point> tested, Fit fit) {
    List<Point> a = front(reference);
    List<Point> b = front(tested);
    int left = reference.size() + tested.size() - a.size() - b.size();
    if (Math.min(a.size(), b.size()) < fit.points()) {
      return new BdRate(
          Found.TOO_FEW_POINTS, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, left);
    }
    double low = Math.max(a.getFirst().accuracy(), b.getFirst().accuracy());
    double high = Math.min(a.getLast().accuracy(), b.getLast().accuracy());
    if (low >= high) {
      return new BdRate(Found.NO_OVERLAP, Double.NaN, high, low, Double.NaN, Double.NaN, left);
    }
    LogRateCurve curveA = LogRateCurve.of(a, fit);
    LogRateCurve curveB = LogRateCurve.of(b, fit);
    double mean = (curveB.integral(low, high) - curveA.integral(low, high)) / (high - low);
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i <= STEPS; i++) {
      double accuracy = low + (high - low) * i / STEPS;
      double difference = curveB.at(accuracy) - curveA.at(accuracy);
      least = Math.min(least, difference);
      most = Math.max(most, difference);
    }
    return new BdRate(
        Found.MEASURED, percent(mean), low, high, percent(least), percent(most), left);
  }

  private static double percent(double logarithm) {
    return 100 * StrictMath.expm1(logarithm);
  }

  /** The points that no other one equals at a lower or equal rate, by rising rate and accuracy. */
  static List<Point> front(List<Point> points) {
    List<Point> sorted =
        points.stream()
            .sorted(
                Comparator.comparingDouble(Point::rate)
                    .thenComparing(Comparator.comparingDouble(Point::accuracy).reversed()))
            .toList();
    List<Point> front = new ArrayList<>();
    for (Point point : sorted) {
      if (front.isEmpty() || point.accuracy() > front.getLast().accuracy()) {
        front.add(point);
      }
    }
    return front;
  }

  /** Whether neither codec is the better one at every accuracy that both reach. */
  public boolean crossing() {
    return found == Found.MEASURED && least < 0 && most > 0;
  }

  /** For a report: "-98.2 %", with a note where the curves cross, or why there is no number. */
  public String describe() {
    return switch (found) {
      case MEASURED ->
          crossing()
              ? String.format(
                  Locale.ROOT, "%.2f %% (curves cross: %.1f to %+.1f %%)", percent, least, most)
              : String.format(Locale.ROOT, "%.2f %%", percent);
      case NO_OVERLAP ->
          String.format(
              Locale.ROOT,
              "no accuracy that both reach: one ends at %.4g, the other starts at %.4g",
              low,
              high);
      case TOO_FEW_POINTS -> "too few points";
    };
  }
}
