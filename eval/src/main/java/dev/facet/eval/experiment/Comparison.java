package dev.facet.eval.experiment;

import dev.facet.eval.experiment.RateAccuracyRun.Coded;
import dev.facet.eval.experiment.RateAccuracyRun.Outcome;
import dev.facet.eval.metric.BdRate;
import dev.facet.eval.metric.CocoMetrics;
import dev.facet.eval.metric.Fidelity;
import dev.facet.eval.metric.RateAccuracy.Found;
import dev.facet.eval.metric.RateAccuracy.Measure;
import dev.facet.eval.metric.RateAccuracy.NearLossless;
import dev.facet.eval.report.LineChart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Codecs on the same pictures, with the same detector: their points, BD-rates and near-lossless rates.
 *
 * @param outcomes of one run, at least one
 */
public record Comparison(List<Outcome> outcomes) {
  public Comparison {
    outcomes = List.copyOf(outcomes);
  }

  /**
   * BD-rate of a codec against another.
   *
   * @param codec name of the one tested
   * @param against name of the one that is 100 percent
   */
  public record Delta(String codec, String against, Measure measure, BdRate.Fit fit, BdRate rate) {}

  /** The outcome of a codec. */
  public Outcome of(String codec) {
    return outcomes.stream()
        .filter(outcome -> outcome.contender().name().equals(codec))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no codec " + codec + " was measured"));
  }

  /** BD-rate of a codec against another. */
  public Delta delta(String codec, String against, Measure measure, BdRate.Fit fit) {
    BdRate rate =
        BdRate.of(of(against).curve().curve(measure), of(codec).curve().curve(measure), fit);
    return new Delta(codec, against, measure, fit, rate);
  }

  /** BD-rates of each codec against each of those behind it, for both measures and fits. */
  public List<Delta> deltas() {
    List<Delta> deltas = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      for (int k = i + 1; k < outcomes.size(); k++) {
        String codec = outcomes.get(i).contender().name();
        String against = outcomes.get(k).contender().name();
        for (Measure measure : Measure.values()) {
          for (BdRate.Fit fit : List.of(BdRate.Fit.PCHIP, BdRate.Fit.CUBIC)) {
            deltas.add(delta(codec, against, measure, fit));
          }
        }
      }
    }
    return deltas;
  }

  /** Every point of every codec; AP in percent, {@link Fidelity#detection} against the uncompressed features. */
  public ResultTable points() {
    ResultTable table =
        ResultTable.of(
            "points",
            "codec",
            "quality",
            "bytes",
            "bpp",
            "compression_rate",
            "ratio",
            "map50",
            "map",
            "map_small",
            "map_medium",
            "map_large",
            "fidelity",
            "encode_s",
            "decode_s");
    Outcome first = outcomes.getFirst();
    CocoMetrics whole = first.uncompressed().metrics();
    table.row(
        "uncompressed",
        null,
        first.rawBytes(),
        first.curve().uncompressedBpp(),
        1.0,
        1.0,
        100 * whole.ap50(),
        100 * whole.ap(),
        100 * whole.apSmall(),
        100 * whole.apMedium(),
        100 * whole.apLarge(),
        1.0,
        null,
        null);
    for (Outcome outcome : outcomes) {
      for (Coded coded : outcome.coded()) {
        RateDistortion rate = coded.rate();
        CocoMetrics metrics = coded.detection().metrics();
        table.row(
            outcome.contender().name(),
            rate.quality().toString(),
            rate.bytes(),
            rate.bpp(),
            1 / rate.ratio(),
            rate.ratio(),
            100 * metrics.ap50(),
            100 * metrics.ap(),
            100 * metrics.apSmall(),
            100 * metrics.apMedium(),
            100 * metrics.apLarge(),
            Fidelity.detection(outcome.uncompressed().results(), coded.detection().results()),
            rate.encodeSeconds(),
            rate.decodeSeconds());
      }
    }
    return table;
  }

  /** {@link #deltas} as a table; {@code least} and {@code most} are the differences at single accuracies. */
  public ResultTable bdRates() {
    ResultTable table =
        ResultTable.of(
            "bdrate",
            "codec",
            "against",
            "measure",
            "fit",
            "percent",
            "found",
            "low",
            "high",
            "least",
            "most",
            "points_left_out");
    for (Delta delta : deltas()) {
      BdRate rate = delta.rate();
      table.row(
          delta.codec(),
          delta.against(),
          delta.measure().label(),
          lower(delta.fit()),
          rate.percent(),
          lower(rate.found()),
          100 * rate.low(),
          100 * rate.high(),
          rate.least(),
          rate.most(),
          rate.left());
    }
    return table;
  }

  /** Near-lossless rate and ratio of each codec. */
  public ResultTable nearLossless() {
    ResultTable table =
        ResultTable.of("near-lossless", "codec", "measure", "found", "bpp", "ratio");
    for (Outcome outcome : outcomes) {
      for (Measure measure : Measure.values()) {
        NearLossless found = outcome.curve().nearLossless(measure);
        boolean known = found.found() != Found.NOT_REACHED;
        table.row(
            outcome.contender().name(),
            measure.label(),
            lower(found.found()),
            known ? found.bpp() : null,
            known ? found.ratio() : null);
      }
    }
    return table;
  }

  private static String lower(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }

  /** Accuracy over rate, a line for each codec. */
  public LineChart chart(Measure measure) {
    LineChart chart =
        new LineChart("Detection, codec by codec", "bits per pixel", measure.label() + ", %")
            .logX();
    for (Outcome outcome : outcomes) {
      List<BdRate.Point> curve = outcome.curve().curve(measure);
      chart.series(
          outcome.contender().name(),
          curve.stream().mapToDouble(BdRate.Point::rate).toArray(),
          curve.stream().mapToDouble(point -> 100 * point.accuracy()).toArray());
    }
    CocoMetrics whole = outcomes.getFirst().uncompressed().metrics();
    return chart.reference(
        "uncompressed", 100 * (measure == Measure.AP50 ? whole.ap50() : whole.ap()));
  }
}
