package dev.facet.eval.experiment;

import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.LevelError;
import dev.facet.codec.ModelCodec;
import dev.facet.codec.Quality;
import dev.facet.eval.experiment.RateAccuracyRun.Coded;
import dev.facet.eval.experiment.RateAccuracyRun.Outcome;
import dev.facet.eval.metric.CocoMetrics;
import dev.facet.eval.report.HtmlReport;
import dev.facet.eval.report.LineChart;
import dev.facet.nn.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Figure 13 of Kim et al. 2023: what the distortion of one level alone, the others uncompressed, costs the detector, for objects of all,
 * of small, of medium and of large sizes.
 */
final class LayerwiseExperiment implements Experiment {
  /** One panel of the figure. */
  private record Panel(String name, ToDoubleFunction<CocoMetrics> accuracy) {}

  private static final List<Panel> PANELS =
      List.of(
          new Panel("all", CocoMetrics::ap),
          new Panel("small", CocoMetrics::apSmall),
          new Panel("medium", CocoMetrics::apMedium),
          new Panel("large", CocoMetrics::apLarge));

  @Override
  public String name() {
    return "s3-layerwise";
  }

  @Override
  public String title() {
    return "Distortion of single levels and what it costs (Kim et al. 2023, figure 13)";
  }

  @Override
  public Result run(Setting setting) throws IOException, InterruptedException {
    List<Outcome> outcomes;
    try (ModelCodec codec = FeatureCodecs.open(setting.pack(), setting.backend())) {
      SplitDetector detector = new SplitDetector(setting.pack(), setting.backend());
      Contender whole = Contender.of(codec, codec.qualities());
      List<Contender> contenders = new ArrayList<>();
      for (int level = 0; level < setting.pack().kind().levels(); level++) {
        contenders.add(ofLevel(whole, level));
      }
      contenders.add(whole);
      Journal journal =
          Journal.in(setting.progress(), setting.pictures() + "\n" + detector.digest());
      RateAccuracyRun run = new RateAccuracyRun(detector, contenders, setting.threads(), journal);
      setting.listener().begin(run.steps(setting.samples().count()));
      outcomes = run.run(setting.samples(), setting.listener()::step);
    }
    return result(setting, outcomes);
  }

  /** Decodes everything, and takes one level of it. */
  private static Contender ofLevel(Contender whole, int level) {
    return new Contender(
        "p" + (level + 2) + "-only",
        whole.key(),
        whole.qualities(),
        (sample, features, quality) -> {
          RoundTrip trip = whole.coder().code(sample, features, quality);
          List<Tensor> levels = new ArrayList<>(features.levels());
          levels.set(level, trip.decoded().level(level));
          FeaturePyramid mixed = FeaturePyramid.of(features.names(), levels);
          return new RoundTrip(
              trip.bytes(),
              mixed,
              features.compare(mixed),
              trip.encodeSeconds(),
              trip.decodeSeconds());
        });
  }

  private Result result(Setting setting, List<Outcome> outcomes) {
    ResultTable table =
        ResultTable.of(
            "figure13",
            "distorted",
            "quality",
            "mse",
            "psnr",
            "drop_all",
            "drop_small",
            "drop_medium",
            "drop_large");
    List<String> summary = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      Outcome outcome = outcomes.get(i);
      boolean single = i < outcomes.size() - 1;
      for (Coded coded : outcome.coded()) {
        LevelError error = single ? coded.rate().levels().get(i) : null;
        table.row(
            single ? outcome.contender().name().replace("-only", "") : "all levels",
            coded.rate().quality().toString(),
            error == null ? null : error.mse(),
            error == null ? null : error.psnr(),
            drop(outcome, coded, CocoMetrics::ap),
            drop(outcome, coded, CocoMetrics::apSmall),
            drop(outcome, coded, CocoMetrics::apMedium),
            drop(outcome, coded, CocoMetrics::apLarge));
      }
    }
    HtmlReport page = new HtmlReport(title(), LEAD);
    page.heading("Loss of accuracy by the level that is distorted");
    List<Quality> qualities = outcomes.getFirst().contender().qualities();
    double[] x = qualities.stream().mapToDouble(Quality::level).toArray();
    for (Panel panel : PANELS) {
      if (Double.isNaN(
          panel.accuracy.applyAsDouble(outcomes.getFirst().uncompressed().metrics()))) {
        continue; // no object of this size
      }
      LineChart chart =
          new LineChart("Objects: " + panel.name, "quality", "loss of AP@.5:.95, points");
      String worst = "";
      double most = Double.NEGATIVE_INFINITY;
      for (Outcome outcome : outcomes) {
        double[] drops =
            outcome.coded().stream()
                .mapToDouble(coded -> drop(outcome, coded, panel.accuracy))
                .toArray();
        String name = outcome.contender().name();
        chart.series(name, x, drops);
        if (name.endsWith("-only") && drops[0] > most) {
          most = drops[0];
          worst = name;
        }
      }
      page.chart(
          chart, "Each line but the last: only this level decoded, the others uncompressed.");
      summary.add(
          String.format(
              Locale.ROOT,
              "objects %s: at quality %s %s costs most, %.2f points of AP@.5:.95",
              panel.name,
              qualities.getFirst(),
              worst,
              most));
    }
    page.table(table.head(), table.text());
    page.paragraph(PAPER);
    page.paragraph(
        "Pictures: " + setting.pictures() + ". Model pack: " + setting.pack().name() + ".");
    return new Result(List.of(table), page, summary);
  }

  /** In points of a hundred. */
  private static double drop(Outcome outcome, Coded coded, ToDoubleFunction<CocoMetrics> accuracy) {
    return 100
        * (accuracy.applyAsDouble(outcome.uncompressed().metrics())
            - accuracy.applyAsDouble(coded.detection().metrics()));
  }

  private static final String LEAD =
      "Which level a codec may distort depends on the size of the objects: levels are compressed one at a time.";

  private static final String PAPER =
      "The paper has this figure without numbers, on 5,000 pictures of MS-COCO: all objects together suffer alike from each level; small"
          + " ones almost only from p2, and not at all from p4 and p5; large ones from p4 and p5 alone.";
}
