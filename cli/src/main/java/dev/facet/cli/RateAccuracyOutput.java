package dev.facet.cli;

import dev.facet.codec.FeatureCodec;
import dev.facet.codec.LevelError;
import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.conformance.Platform;
import dev.facet.eval.experiment.RateAccuracyReport;
import dev.facet.eval.experiment.RateAccuracyRun;
import dev.facet.eval.experiment.RateAccuracyRun.Coded;
import dev.facet.eval.experiment.RateAccuracyRun.Outcome;
import dev.facet.eval.experiment.RateDistortion;
import dev.facet.eval.experiment.Samples;
import dev.facet.eval.experiment.SplitDetector;
import dev.facet.eval.metric.RateAccuracy.Measure;
import dev.facet.eval.metric.RateAccuracy.NearLossless;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs a pack over labelled pictures and tells of it: what {@code demo} and {@code eval} have in common. */
final class RateAccuracyOutput {
  static final String REPORT = "report.html";

  private final ModelPack pack;
  private final Samples samples;
  private final Outcome outcome;

  /** The page, if there is a folder for it. */
  private final @Nullable String html;

  private RateAccuracyOutput(
      ModelPack pack, Samples samples, Outcome outcome, @Nullable String html) {
    this.pack = pack;
    this.samples = samples;
    this.outcome = outcome;
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
   * @param chosen null for the pack's trained qualities
   * @param page null for none
   */
  static RateAccuracyOutput run(
      ModelPack pack,
      Samples samples,
      @Nullable List<Quality> chosen,
      @Nullable Page page,
      PrintWriter err)
      throws IOException, InterruptedException {
    int threads = Math.min(Backends.threads(), samples.count());
    try (Backend backend = singleThreaded();
        SplitDetector detector = new SplitDetector(pack, backend)) {
      RateAccuracyRun run = new RateAccuracyRun(detector, qualities(pack, chosen), threads);
      Outcome outcome;
      try (Progress progress = new Progress(err, run.steps(samples.count()))) {
        outcome = run.run(samples, progress::step);
      }
      String html = null;
      if (page != null) {
        html =
            new RateAccuracyReport(detector, samples, outcome)
                .html(
                    page.title,
                    page.pictures,
                    facts(pack, detector.codec(), backend, threads),
                    page.commands);
      }
      return new RateAccuracyOutput(pack, samples, outcome, html);
    }
  }

  /** The pack's trained qualities, if none are given. */
  static List<Quality> qualities(ModelPack pack, @Nullable List<Quality> chosen) {
    if (chosen != null) {
      return chosen;
    }
    return IntStream.range(0, pack.config().qualities()).mapToObj(Quality::of).toList();
  }

  /** Of the kind that would be chosen; pictures run side by side, and need no threads inside. */
  private static Backend singleThreaded() {
    String name;
    try (Backend best = Backends.open()) {
      name = best.name();
    }
    return Backends.open(name, 1);
  }

  private static Map<String, String> facts(
      ModelPack pack, FeatureCodec codec, Backend backend, int threads) {
    Map<String, String> facts = new LinkedHashMap<>();
    Map<String, Object> machine = Platform.facts(new Backends.Choice(backend, ""));
    facts.put("Facet", String.valueOf(machine.get("facet")));
    facts.put("Model pack", pack.name() + ", codec " + pack.kind().kind());
    facts.put("Model digest", HexFormat.of().formatHex(codec.identity().modelDigest()));
    facts.put("Processor", machine.get("cpu") + ", " + machine.get("arch"));
    facts.put("Operating system", String.valueOf(machine.get("os")));
    facts.put("JDK", String.valueOf(machine.get("jdk")));
    facts.put("Backend", String.valueOf(machine.get("backend_description")));
    facts.put("Pictures at a time", Integer.toString(threads));
    return facts;
  }

  void print(PrintWriter out) {
    out.println("model: " + pack.name() + " (" + pack.kind().kind() + ")");
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
    table.row(
        "uncompressed",
        Long.toString(outcome.rawBytes()),
        Table.decimals(outcome.curve().uncompressedBpp(), 2),
        "1",
        Table.decimals(outcome.uncompressed().metrics().ap50(), 4),
        Table.decimals(outcome.uncompressed().metrics().ap(), 4),
        "",
        "",
        Table.seconds(outcome.uncompressed().headSeconds()));
    for (Coded coded : outcome.coded()) {
      RateDistortion rate = coded.rate();
      table.row(
          rate.quality().toString(),
          Long.toString(rate.bytes()),
          Table.decimals(rate.bpp(), 4),
          Table.decimals(rate.ratio(), 1),
          Table.decimals(coded.detection().metrics().ap50(), 4),
          Table.decimals(coded.detection().metrics().ap(), 4),
          Table.seconds(rate.encodeSeconds()),
          Table.seconds(rate.decodeSeconds()),
          Table.seconds(coded.detection().headSeconds()));
    }
    table.print(out);
    out.println(
        samples.count()
            + " pictures; seconds are those of one picture on one thread, the median; backbone "
            + Table.seconds(outcome.backboneSeconds())
            + " s");
    out.println(
        "near-lossless, mAP@.5:     " + outcome.curve().nearLossless(Measure.AP50).describe());
    out.println(
        "near-lossless, mAP@.5:.95: " + outcome.curve().nearLossless(Measure.AP).describe());
  }

  /** Every number of the run, one row for each quality; the first one is of uncompressed features. */
  private String csv() {
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
    files.put(csvName, csv());
    if (html != null) {
      files.put(REPORT, html);
    }
    folder.write(files);
  }

  Map<String, @Nullable Object> json() {
    List<Map<String, @Nullable Object>> points = new ArrayList<>();
    for (Coded coded : outcome.coded()) {
      Map<String, @Nullable Object> point = point(coded.rate());
      point.put("map50", JsonOption.number(coded.detection().metrics().ap50()));
      point.put("map", JsonOption.number(coded.detection().metrics().ap()));
      point.put("head_s", coded.detection().headSeconds());
      points.add(point);
    }
    return JsonOption.object(
        "model", pack.name(),
        "scenes", samples.count(),
        "uncompressed",
            JsonOption.object(
                "bytes", outcome.rawBytes(),
                "bpp", outcome.curve().uncompressedBpp(),
                "map50", outcome.uncompressed().metrics().ap50(),
                "map", outcome.uncompressed().metrics().ap(),
                "backbone_s", outcome.backboneSeconds(),
                "head_s", outcome.uncompressed().headSeconds()),
        "codecs",
            List.of(
                JsonOption.object(
                    "codec", pack.kind().kind(),
                    "points", points,
                    "near_lossless",
                        JsonOption.object(
                            "map50", nearLossless(Measure.AP50), "map", nearLossless(Measure.AP)))),
        "bdrate", List.of());
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

  private Map<String, @Nullable Object> nearLossless(Measure measure) {
    NearLossless found = outcome.curve().nearLossless(measure);
    return JsonOption.object(
        "found", found.found().name().toLowerCase(Locale.ROOT),
        "bpp", found.bpp(),
        "ratio", found.ratio());
  }
}
