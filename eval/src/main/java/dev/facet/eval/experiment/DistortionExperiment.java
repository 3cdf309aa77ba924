package dev.facet.eval.experiment;

import dev.facet.codec.video.VideoStandard;
import dev.facet.eval.experiment.DistortionRun.Row;
import dev.facet.eval.experiment.DistortionTables.Condition;
import dev.facet.eval.experiment.DistortionTables.Domain;
import dev.facet.eval.experiment.DistortionTables.Printed;
import dev.facet.eval.report.HtmlReport;
import dev.facet.eval.report.LineChart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tables 1 to 5 of S0: blur, noise, resizing, quantisation and coding noise of the same strength on pictures and on features, and what
 * they cost a detector; here classification networks too.
 */
final class DistortionExperiment implements Experiment {
  private static final int TABLES = 5;

  @Override
  public String name() {
    return "s0-distortions";
  }

  @Override
  public String title() {
    return "Distortions of pictures and of features, and what they cost (S0, tables 1 to 5)";
  }

  /** Each is looked at under 58 conditions. */
  @Override
  public int scenes() {
    return 100;
  }

  @Override
  public Result run(Setting setting) throws IOException, InterruptedException {
    VideoStandard standard = Anchors.standards(setting.videoCodecs()).getFirst();
    String codec =
        standard.label() + " by " + setting.videoCodecs().encoder(standard).description();
    SplitDetector detector = new SplitDetector(setting.pack(), setting.backend());
    List<PackClassifier> classifiers =
        PackClassifier.open(
            setting.classifiers(), setting.samples().categories(), setting.backend());
    List<Condition> conditions =
        DistortionTables.of(setting.backend(), setting.videoCodecs(), standard);
    DistortionRun run = new DistortionRun(detector, classifiers, conditions, setting);
    setting.listener().begin(run.steps());
    List<Row> rows = run.run(codec, setting.listener()::step);
    return result(setting, codec, classifiers, rows);
  }

  private Result result(
      Setting setting, String codec, List<PackClassifier> classifiers, List<Row> rows) {
    ResultTable table = table(classifiers, rows);
    HtmlReport page = new HtmlReport(title(), LEAD);
    List<String> summary = new ArrayList<>();
    Row whole = rows.getFirst();
    for (int number = 1; number <= TABLES; number++) {
      int wanted = number;
      List<Row> own =
          rows.stream()
              .filter(row -> row.condition() != null && row.condition().table() == wanted)
              .toList();
      page.heading(DistortionTables.title(number));
      page.chart(
          chart(number, classifiers, own),
          "AP@.5:.95 of the detector, share of right classes of the other networks. Without distortion: "
              + undistorted(classifiers, whole)
              + ".");
      summary.add(summary(number, whole, own));
    }
    page.heading("Measured");
    page.table(table.head(), table.text());
    page.paragraph(COLUMNS);
    page.heading("What differs from the paper");
    page.table(List.of("", "S0", "here"), differences(setting, codec, classifiers));
    return new Result(List.of(table), page, summary);
  }

  private static ResultTable table(List<PackClassifier> classifiers, List<Row> rows) {
    List<String> head =
        new ArrayList<>(
            List.of("table", "condition", "ssim_f", "psnr_f", "ssim_i", "psnr_i", "map"));
    classifiers.forEach(each -> head.add("accuracy_" + each.name()));
    head.addAll(
        List.of("paper_ssim_f", "paper_psnr_f", "paper_ssim_i", "paper_psnr_i", "paper_map"));
    ResultTable table = ResultTable.of("tables", head.toArray(new String[0]));
    for (Row row : rows) {
      Condition condition = row.condition();
      Printed printed = condition == null ? null : condition.printed();
      List<@Nullable Object> cells = new ArrayList<>();
      cells.add(condition == null ? null : (Integer) condition.table());
      cells.add(condition == null ? "undistorted" : condition.label());
      cells.add(row.ssimF());
      cells.add(row.psnrF());
      cells.add(row.ssimI());
      cells.add(row.psnrI());
      cells.add(100 * row.map());
      for (double accuracy : row.accuracy()) {
        cells.add(100 * accuracy);
      }
      cells.add(printed == null ? null : (Double) printed.ssimF());
      cells.add(printed == null ? null : (Double) printed.psnrF());
      cells.add(printed == null ? null : printed.ssimI());
      cells.add(printed == null ? null : printed.psnrI());
      Double whole = condition == null ? (Double) DistortionTables.PAPER_MAP : null;
      cells.add(printed == null ? whole : (Double) printed.map());
      table.row(cells.toArray());
    }
    return table;
  }

  private static LineChart chart(int number, List<PackClassifier> classifiers, List<Row> own) {
    LineChart chart =
        new LineChart(DistortionTables.title(number), DistortionTables.axis(number), "accuracy, %");
    lines(chart, "detector", own, Row::map);
    for (int n = 0; n < classifiers.size(); n++) {
      int network = n;
      lines(chart, classifiers.get(n).name(), own, row -> row.accuracy()[network]);
    }
    return chart;
  }

  /** One line for features and one for pictures; of two conditions of one strength the first. */
  private static void lines(
      LineChart chart, String name, List<Row> own, ToDoubleFunction<Row> accuracy) {
    for (Domain domain : Domain.values()) {
      Map<Double, Double> line = new LinkedHashMap<>();
      for (Row row : own) {
        if (of(row).domain() == domain) {
          line.putIfAbsent(of(row).strength(), 100 * accuracy.applyAsDouble(row));
        }
      }
      chart.series(
          name + ", " + domain.label(),
          line.keySet().stream().mapToDouble(Double::doubleValue).toArray(),
          line.values().stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  private static String undistorted(List<PackClassifier> classifiers, Row whole) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "detector %.1f", 100 * whole.map()));
    for (int n = 0; n < classifiers.size(); n++) {
      text.append(
          String.format(
              Locale.ROOT, ", %s %.1f", classifiers.get(n).name(), 100 * whole.accuracy()[n]));
    }
    return text.toString();
  }

  private static Condition of(Row row) {
    return Objects.requireNonNull(row.condition());
  }

  /** The strongest that the paper has, on features and on the picture. */
  private static String summary(int number, Row whole, List<Row> own) {
    StringBuilder line = new StringBuilder();
    for (Domain domain : Domain.values()) {
      Row strongest =
          own.stream()
              .filter(row -> of(row).domain() == domain && of(row).printed() != null)
              .filter(row -> number > 1 || of(row).label().contains("ws=21"))
              .reduce((a, b) -> b)
              .orElseThrow();
      Printed printed = Objects.requireNonNull(of(strongest).printed());
      line.append(line.isEmpty() ? "" : "; ")
          .append(
              String.format(
                  Locale.ROOT,
                  "%s leaves AP@.5:.95 %.1f of %.1f (paper: %.1f of %.1f)",
                  of(strongest).label(),
                  100 * strongest.map(),
                  100 * whole.map(),
                  printed.map(),
                  DistortionTables.PAPER_MAP));
    }
    return DistortionTables.title(number) + ": " + line;
  }

  private static List<List<String>> differences(
      Setting setting, String codec, List<PackClassifier> classifiers) {
    return List.of(
        List.of("pictures", "COCO 2017, 800 x 1088 pixels after resizing", setting.pictures()),
        List.of(
            "network",
            "Mask R-CNN on ResNet-50 with FPN, 256 channels; features p2..p6",
            String.format(
                Locale.ROOT,
                "%s: %s, %d channels; p2..p5 (p6 follows from p5)",
                setting.pack().name(),
                setting.pack().description().detector().getOrDefault("arch", "a detector"),
                setting.pack().config().features())),
        List.of("accuracy", "AP@.5:.95 of masks, 40.3 undistorted", "AP@.5:.95 of boxes"),
        List.of(
            "classification",
            "none",
            classifiers.isEmpty()
                ? "no network knows the classes of these pictures"
                : String.join(", ", classifiers.stream().map(PackClassifier::name).toList())
                    + " on squares around the labelled objects; features: output of "
                    + DistortionRun.CUT),
        List.of(
            "noise",
            "image and feature with \"the same\" sigma, but 24.06 and 46.47 dB at sigma 1",
            "one scale, 0 to 255, for both: the paper's images with sigma 1 and 5 have the PSNR of sigma 16 and 48 here"),
        List.of(
            "features before distortion", "rounded to 8 bits", "stretched to 0..255, not rounded"),
        List.of(
            "quantisation to 8 bits",
            "changes images (57.58 dB)",
            "leaves pictures of 8 bits as they are: PSNR is infinite, and left out"),
        List.of("coding noise", "VVenC", codec));
  }

  private static final String LEAD =
      "Is a feature map more robust than a picture? Both are damaged in the same ways and strengths, on a scale from 0 to 255.";

  private static final String COLUMNS =
      "SSIM and PSNR in dB of features (f; the mean of the levels, with each level's own range as peak) and of pictures (i), means over the"
          + " pictures. AP and accuracies in percent; of noise, the median of three repetitions.";
}
