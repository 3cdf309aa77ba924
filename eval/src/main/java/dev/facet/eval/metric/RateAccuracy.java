package dev.facet.eval.metric;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How much accuracy a codec keeps at which rate, against the task on uncompressed features.
 *
 * @param uncompressedBpp bits of the float32 features per pixel of the image
 * @param uncompressedAp50 AP at IoU 0.5 on them
 * @param uncompressedAp AP over IoU 0.5 to 0.95 on them
 * @param points one for each quality, sorted by rate
 */
public record RateAccuracy(
    double uncompressedBpp, double uncompressedAp50, double uncompressedAp, List<Point> points) {
  /** Less than a hundredth of the accuracy lost (L-MSFC, section IV-B1). */
  private static final double KEPT = 0.99;

  /**
   * One quality.
   *
   * @param quality of the codec
   * @param bytes of all images together
   * @param bpp bits per pixel of the image
   * @param ratio bytes of the float32 features by bytes of the streams
   * @param ap50 AP at IoU 0.5
   * @param ap AP over IoU 0.5 to 0.95
   */
  public record Point(
      double quality, long bytes, double bpp, double ratio, double ap50, double ap) {
    /** Bytes of the streams by bytes of the float32 features: Chen et al. 2019, eq. 1. */
    public double compressionRate() {
      return 1 / ratio;
    }
  }

  /** Which of the two accuracies. */
  public enum Measure {
    /** AP at IoU 0.5, the measure of the MPEG-VCM common test conditions and of L-MSFC. */
    AP50,
    /** AP over IoU 0.5 to 0.95. */
    AP;

    /** For people. */
    public String label() {
      return this == AP50 ? "AP@.5" : "AP@.5:.95";
    }

    double of(Point point) {
      return this == AP50 ? point.ap50() : point.ap();
    }
  }

  /** How a near-lossless rate was found. */
  public enum Found {
    /** Between two points of the curve. */
    INTERPOLATED,
    /** Every point is near-lossless: the true rate is at most this one, that of the first point. */
    AT_MOST,
    /** The point of the highest rate is not near-lossless: the true rate is above it, and unknown. */
    NOT_REACHED
  }

  /**
   * The near-lossless rate and ratio of L-MSFC (Kim et al. 2023), eq. 4.
   *
   * @param found whether they are these, or bounds
   * @param bpp b_NL; the highest rate tried if it is not reached
   * @param ratio CR_NL = b_uncompressed / b_NL, for the same rate
   */
  public record NearLossless(Found found, double bpp, double ratio) {
    /** For a report: "0.012 bpp, 1/27555", "at most ...", or that it is not reached. */
    public String describe() {
      String rate =
          String.format(Locale.ROOT, "%.3g bpp, 1/%.0f of the uncompressed features", bpp, ratio);
      return switch (found) {
        case INTERPOLATED -> rate;
        case AT_MOST -> "at most " + rate + ": no point of a lower rate was measured";
        case NOT_REACHED -> "not reached at " + rate;
      };
    }
  }

  /**
   * @throws IllegalArgumentException if there is no point, or a rate that is not positive
   */
  public RateAccuracy {
    points = points.stream().sorted(Comparator.comparingDouble(Point::bpp)).toList();
    if (points.isEmpty() || !(points.getFirst().bpp() > 0) || !(uncompressedBpp > 0)) {
      throw new IllegalArgumentException("a rate-accuracy curve needs points of positive rate");
    }
  }

  /**
   * The rate at which accuracy falls by 1 % of that without compression: the lowest from which on every point of a higher rate keeps
   * 99 %. Between the last point below and the next, accuracy is taken to be linear in the logarithm of the rate.
   */
  public NearLossless nearLossless(Measure measure) {
    double wanted = wanted(measure);
    int below = lastBelow(measure);
    if (below < 0) {
      return nearLossless(Found.AT_MOST, points.getFirst().bpp());
    }
    if (below == points.size() - 1) {
      return nearLossless(Found.NOT_REACHED, points.getLast().bpp());
    }
    Point low = points.get(below);
    Point high = points.get(below + 1);
    double share = (wanted - measure.of(low)) / (measure.of(high) - measure.of(low));
    return nearLossless(Found.INTERPOLATED, low.bpp() * Math.pow(high.bpp() / low.bpp(), share));
  }

  /** The curve as {@link BdRate} compares it: accuracy over bits per pixel. */
  public List<BdRate.Point> curve(Measure measure) {
    return points.stream().map(point -> new BdRate.Point(point.bpp(), measure.of(point))).toList();
  }

  /** The point of the lowest rate from which on all keep 99 %; that of the highest rate if not even it does. */
  public Point kept(Measure measure) {
    return points.get(Math.min(lastBelow(measure) + 1, points.size() - 1));
  }

  private double wanted(Measure measure) {
    return KEPT * (measure == Measure.AP50 ? uncompressedAp50 : uncompressedAp);
  }

  /** Index of the point of the highest rate that is not near-lossless, or -1. */
  private int lastBelow(Measure measure) {
    int below = points.size() - 1;
    while (below >= 0 && measure.of(points.get(below)) >= wanted(measure)) {
      below--;
    }
    return below;
  }

  private NearLossless nearLossless(Found found, double bpp) {
    return new NearLossless(found, bpp, uncompressedBpp / bpp);
  }

  /** Comma-separated values with a head line, by rising rate; the last line, without a quality, is the uncompressed case. */
  public String csv() {
    StringBuilder text = new StringBuilder("quality,bytes,bpp,ratio,ap50,ap\n");
    for (Point p : points) {
      text.append(p.quality())
          .append(',')
          .append(p.bytes())
          .append(',')
          .append(p.bpp())
          .append(',');
      text.append(p.ratio()).append(',').append(p.ap50()).append(',').append(p.ap()).append('\n');
    }
    text.append(",,").append(uncompressedBpp).append(",1.0,").append(uncompressedAp50);
    return text.append(',').append(uncompressedAp).append('\n').toString();
  }
}
