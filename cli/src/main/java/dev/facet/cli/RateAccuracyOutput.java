package dev.facet.cli;

import dev.facet.codec.LevelError;
import dev.facet.codec.ModelPack;
import dev.facet.conformance.Platform;
import dev.facet.eval.experiment.Comparison;
import dev.facet.eval.experiment.Journal;
import dev.facet.eval.experiment.RateAccuracyReport;
import dev.facet.eval.experiment.RateAccuracyRun;
import dev.facet.eval.experiment.RateAccuracyRun.Coded;
import dev.facet.eval.experiment.RateAccuracyRun.Outcome;
import dev.facet.eval.experiment.RateDistortion;
import dev.facet.eval.experiment.ResultTable;
import dev.facet.eval.experiment.Samples;
import dev.facet.eval.experiment.SplitDetector;
import dev.facet.eval.metric.BdRate;
import dev.facet.eval.metric.RateAccuracy.Measure;
import dev.facet.eval.metric.RateAccuracy.NearLossless;
import dev.facet.eval.report.HtmlReport;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs codecs over labelled pictures and tells of it: what {@code demo} and {@code eval} have in common. */
final class RateAccuracyOutput {
  static final String REPORT = "report.html";
  static final String BD_RATES = "bdrate.csv";

  private final ModelPack pack;
  private final Samples samples;
  private final List<Outcome> outcomes;

  /** The page, if there is a folder for it. */
  private final @Nullable String html;

  private RateAccuracyOutput(
      ModelPack pack, Samples samples, List<Outcome> outcomes, @Nullable String html) {
    this.pack = pack;
    this.samples = samples;
    this.outcomes = outcomes;
    this.html = html;
  }

  /**
   * Titles of a page.
   *
   * @param pictures what the pictures are
   * @param commands that make it again
   */
  record Page(String title, String pictures, String commands) {}

  /**
   * Runs.
   *
   * @param codecs those to compare, with the detector of whose pack they are measured
   * @param page null for none
   */
  static RateAccuracyOutput run(
      CodecChoice codecs, Samples samples, @Nullable Page page, PrintWriter err)
      throws IOException, InterruptedException {
    int threads = Math.min(Backends.threads(), samples.count());
    ModelPack pack = codecs.detector();
    try (Backend backend = singleThreaded();
        CodecChoice.Open open = codecs.open(backend)) {
      SplitDetector detector = open.detector();
      RateAccuracyRun run =
          new RateAccuracyRun(detector, open.contenders(), threads, Journal.none());
      List<Outcome> outcomes;
      try (Progress progress = new Progress(err, run.steps(samples.count()))) {
        outcomes = run.run(samples, progress::step);
      }
      String html = null;
      if (page != null) {
        Map<String, String> facts = facts(pack, open, backend, threads);
        html =
            outcomes.size() == 1
                ? new RateAccuracyReport(detector, samples, outcomes.getFirst())
                    .html(page.title, page.pictures, facts, page.commands)
                : comparison(outcomes, page, facts);
      }
      return new RateAccuracyOutput(pack, samples, outcomes, html);
    }
  }

  private static String comparison(List<Outcome> outcomes, Page page, Map<String, String> facts) {
    Comparison comparison = new Comparison(outcomes);
    HtmlReport report =
        new HtmlReport(
            page.title,
            "Codecs compared on the same pictures with the same detector: what each costs in bytes, and how much accuracy it leaves."
                + " Measured on "
                + page.pictures
                + ": every number comes from real streams.");
    for (Measure measure : Measure.values()) {
      report.chart(comparison.chart(measure), "One point for each quality.");
    }
    for (ResultTable table :
        List.of(comparison.bdRates(), comparison.nearLossless(), comparison.points())) {
      report.heading(table.name());
      report.table(table.head(), table.text());
    }
    where(report, facts);
    report.heading("How to reproduce");
    return report.code(page.commands).html();
  }

  /** The section on the machine. */
  static void where(HtmlReport report, Map<String, String> facts) {
    report.heading("Where it ran");
    report.table(
        List.of("", ""),
        facts.entrySet().stream().map(e -> List.of(e.getKey(), e.getValue())).toList());
  }

  /** Of the kind that would be chosen; pictures run side by side, and need no threads inside. */
  static Backend singleThreaded() {
    String name;
    try (Backend best = Backends.open()) {
      name = best.name();
    }
    return Backends.open(name, 1);
  }

  private static Map<String, String> facts(
      ModelPack pack, CodecChoice.Open open, Backend backend, int threads) throws IOException {
    Map<String, String> facts = facts(backend, threads);
    facts.put("Detector", pack.name() + ", digest " + open.detector().digest().substring(0, 16));
    open.contenders().forEach(codec -> facts.put("Codec " + codec.name(), codec.key().strip()));
    return facts;
  }

  /** The machine. */
  static Map<String, String> facts(Backend backend, int threads) {
    Map<String, String> facts = new LinkedHashMap<>();
    Map<String, Object> machine = Platform.facts(new Backends.Choice(backend, ""));
    facts.put("Facet", String.valueOf(machine.get("facet")));
    facts.put("Processor", machine.get("cpu") + ", " + machine.get("arch"));
    facts.put("Operating system", String.valueOf(machine.get("os")));
    facts.put("JDK", String.valueOf(machine.get("jdk")));
    facts.put("Backend", String.valueOf(machine.get("backend_description")));
    facts.put("Pictures at a time", Integer.toString(threads));
    return facts;
  }

  void print(PrintWriter out) {
    out.println("model: " + pack.name() + " (" + kinds() + ")");
    Table table =
        new Table(
            "quality",
            "bytes",
            "bpp",
            "ratio",
            "mAP@.5",
            "mAP@.5:.95",
            "encode s",
            "decode s",
            "head s");
    Outcome any = outcomes.getFirst();
    table.row(
        "uncompressed",
        Long.toString(any.rawBytes()),
        Table.decimals(any.curve().uncompressedBpp(), 2),
        "1",
        Table.decimals(any.uncompressed().metrics().ap50(), 4),
        Table.decimals(any.uncompressed().metrics().ap(), 4),
        "",
        "",
        Table.seconds(any.uncompressed().headSeconds()));
    for (Outcome outcome : outcomes) {
      for (Coded coded : outcome.coded()) {
        RateDistortion rate = coded.rate();
        table.row(
            name(outcome, rate),
            Long.toString(rate.bytes()),
            Table.decimals(rate.bpp(), 4),
            Table.decimals(rate.ratio(), 1),
            Table.decimals(coded.detection().metrics().ap50(), 4),
            Table.decimals(coded.detection().metrics().ap(), 4),
            Table.seconds(rate.encodeSeconds()),
            Table.seconds(rate.decodeSeconds()),
            Table.seconds(coded.detection().headSeconds()));
      }
    }
    table.print(out);
    out.println(
        samples.count()
            + " pictures; seconds are those of one picture on one thread, the median; backbone "
            + Table.seconds(any.backboneSeconds())
            + " s");
    for (Outcome outcome : outcomes) {
      String of = outcomes.size() == 1 ? "" : outcome.contender().name() + ", ";
      out.println(
          "near-lossless, "
              + of
              + "mAP@.5:     "
              + outcome.curve().nearLossless(Measure.AP50).describe());
      out.println(
          "near-lossless, "
              + of
              + "mAP@.5:.95: "
              + outcome.curve().nearLossless(Measure.AP).describe());
    }
    for (Comparison.Delta delta : pairs()) {
      out.println(
          "BD-rate of "
              + delta.codec()
              + " against "
              + delta.against()
              + ", mAP@.5, PCHIP: "
              + delta.rate().describe());
    }
  }

  private String kinds() {
    return String.join(", ", outcomes.stream().map(each -> each.contender().name()).toList());
  }

  private String name(Outcome outcome, RateDistortion rate) {
    return outcomes.size() == 1
        ? rate.quality().toString()
        : outcome.contender().name() + " " + rate.quality();
  }

  /** Each pair once, by the measure of the common test conditions. */
  private List<Comparison.Delta> pairs() {
    return new Comparison(outcomes)
        .deltas().stream()
            .filter(delta -> delta.measure() == Measure.AP50 && delta.fit() == BdRate.Fit.PCHIP)
            .toList();
  }

  /** Every number of the run, one row for each quality; the first one is of uncompressed features. */
  private String csv() {
    Outcome outcome = outcomes.getFirst();
    List<String> head =
        new ArrayList<>(
            List.of(
                "quality",
                "bytes",
                "bpp",
                "ratio",
                "map50",
                "map",
                "backbone_s",
                "encode_s",
                "decode_s",
                "head_s"));
    List<LevelError> levels = outcome.coded().getFirst().rate().levels();
    for (LevelError level : levels) {
      head.add(level.level() + "_mse");
      head.add(level.level() + "_psnr");
    }
    Table table = new Table(head.toArray(new String[0]));
    List<Object> none =
        new ArrayList<>(
            List.of(
                "uncompressed",
                outcome.rawBytes(),
                outcome.curve().uncompressedBpp(),
                1.0,
                outcome.uncompressed().metrics().ap50(),
                outcome.uncompressed().metrics().ap(),
                outcome.backboneSeconds(),
                "",
                "",
                outcome.uncompressed().headSeconds()));
    levels.forEach(level -> none.addAll(List.of(0.0, Double.POSITIVE_INFINITY)));
    row(table, none);
    for (Coded coded : outcome.coded()) {
      RateDistortion rate = coded.rate();
      List<Object> cells =
          new ArrayList<>(
              List.of(
                  rate.quality(),
                  rate.bytes(),
                  rate.bpp(),
                  rate.ratio(),
                  coded.detection().metrics().ap50(),
                  coded.detection().metrics().ap(),
                  "",
                  rate.encodeSeconds(),
                  rate.decodeSeconds(),
                  coded.detection().headSeconds()));
      rate.levels().forEach(level -> cells.addAll(List.of(level.mse(), level.psnr())));
      row(table, cells);
    }
    return table.csv();
  }

  private static void row(Table table, List<Object> cells) {
    table.row(cells.stream().map(String::valueOf).toArray(String[]::new));
  }

  /** Writes the page and the numbers. */
  void write(OutputFolder folder, String csvName) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    Comparison comparison = new Comparison(outcomes);
    files.put(csvName, outcomes.size() == 1 ? csv() : comparison.points().csv());
    if (outcomes.size() > 1) {
      files.put(BD_RATES, comparison.bdRates().csv());
    }
    if (html != null) {
      files.put(REPORT, html);
    }
    folder.write(files);
  }

  Map<String, @Nullable Object> json() {
    Outcome any = outcomes.getFirst();
    return JsonOption.object(
        "model", pack.name(),
        "scenes", samples.count(),
        "uncompressed",
            JsonOption.object(
                "bytes", any.rawBytes(),
                "bpp", any.curve().uncompressedBpp(),
                "map50", any.uncompressed().metrics().ap50(),
                "map", any.uncompressed().metrics().ap(),
                "backbone_s", any.backboneSeconds(),
                "head_s", any.uncompressed().headSeconds()),
        "codecs", outcomes.stream().map(RateAccuracyOutput::json).toList(),
        "bdrate", pairs().stream().map(RateAccuracyOutput::json).toList());
  }

  private static Map<String, @Nullable Object> json(Outcome outcome) {
    List<Map<String, @Nullable Object>> points = new ArrayList<>();
    for (Coded coded : outcome.coded()) {
      Map<String, @Nullable Object> point = point(coded.rate());
      point.put("map50", JsonOption.number(coded.detection().metrics().ap50()));
      point.put("map", JsonOption.number(coded.detection().metrics().ap()));
      point.put("head_s", coded.detection().headSeconds());
      points.add(point);
    }
    return JsonOption.object(
        "codec", outcome.contender().name(),
        "points", points,
        "near_lossless",
            JsonOption.object(
                "map50", nearLossless(outcome, Measure.AP50),
                "map", nearLossless(outcome, Measure.AP)));
  }

  private static Map<String, @Nullable Object> json(Comparison.Delta delta) {
    return JsonOption.object(
        "codec", delta.codec(),
        "against", delta.against(),
        "percent", JsonOption.number(delta.rate().percent()),
        "found", delta.rate().found().name().toLowerCase(Locale.ROOT),
        "crossing", delta.rate().crossing());
  }

  /** The keys that a point has with and without a task. */
  static Map<String, @Nullable Object> point(RateDistortion rate) {
    return JsonOption.object(
        "quality", rate.quality().level(),
        "bytes", rate.bytes(),
        "bpp", rate.bpp(),
        "ratio", rate.ratio(),
        "encode_s", rate.encodeSeconds(),
        "decode_s", rate.decodeSeconds(),
        "levels",
            rate.levels().stream()
                .map(level ->
                    JsonOption.object(
                        "level", level.level(),
                        "mse", level.mse(),
                        "psnr", JsonOption.number(level.psnr())))
                .toList());
  }

  private static Map<String, @Nullable Object> nearLossless(Outcome outcome, Measure measure) {
    NearLossless found = outcome.curve().nearLossless(measure);
    return JsonOption.object(
        "found", found.found().name().toLowerCase(Locale.ROOT),
        "bpp", found.bpp(),
        "ratio", found.ratio());
  }
}
