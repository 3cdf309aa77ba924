package dev.facet.eval.experiment;

import dev.facet.codec.CodecOptions;
import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.PictureSize;
import dev.facet.codec.video.VideoStandard;
import dev.facet.eval.experiment.LayerFidelity.Row;
import dev.facet.eval.experiment.RateAccuracyRun.Coded;
import dev.facet.eval.experiment.RateAccuracyRun.Outcome;
import dev.facet.eval.metric.Fidelity;
import dev.facet.eval.report.HtmlReport;
import dev.facet.eval.report.LineChart;
import dev.facet.nn.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Table 3 of Chen et al. 2019: compression rate and fidelity of classification, retrieval and detection, for feature maps of each layer
 * of the networks, quantised logarithmically and coded as intra pictures at four QPs.
 */
final class RateFidelityExperiment implements Experiment {
  private static final List<Quality> QPS =
      Stream.of(12, 22, 32, 42).map(qp -> Quality.of(qp)).toList();

  /** The detector's last cut: all levels of the pyramid. */
  private static final String PYRAMID = "pyramid";

  @Override
  public String name() {
    return "s1-rate-fidelity";
  }

  @Override
  public String title() {
    return "Compression rate and fidelity of feature maps, layer by layer (Chen et al. 2019, table 3)";
  }

  /** Each is coded at four QPs behind every stage of three networks. */
  @Override
  public int scenes() {
    return 100;
  }

  /** The detector cut behind one stage, with the bytes of its feature maps. */
  private record DetectorRow(
      String layer, Quality qp, double compressionRate, double map, double fidelity) {}

  @Override
  public Result run(Setting setting) throws IOException, InterruptedException {
    List<PackClassifier> classifiers =
        PackClassifier.open(
            setting.classifiers(), setting.samples().categories(), setting.backend());
    if (classifiers.isEmpty()) {
      throw new IllegalArgumentException(
          "no classification network knows a class of the pictures: put a pack of kind classifier on the model path");
    }
    VideoStandard standard = standard(setting);
    CodecOptions options =
        CodecOptions.standard().withVideoCodecs(setting.videoCodecs()).withVideo(standard);
    String codec =
        standard.label() + " by " + setting.videoCodecs().encoder(standard).description();
    SplitDetector detector = new SplitDetector(setting.pack(), setting.backend());
    LayerFidelity layers = new LayerFidelity(classifiers, setting, options, codec, QPS);
    try (FeatureCodec logquant = FeatureCodecs.open(CodecId.LOGQUANT, options)) {
      Journal journal =
          Journal.in(setting.progress(), setting.pictures() + "\n" + detector.digest());
      RateAccuracyRun detection =
          new RateAccuracyRun(
              detector, cuts(detector, logquant, codec), setting.threads(), journal);
      setting.listener().begin(layers.steps() + detection.steps(setting.samples().count()));
      LayerFidelity.Outcome outcome = layers.run(setting.listener()::step);
      List<Outcome> detected = detection.run(setting.samples(), setting.listener()::step);
      return result(setting, codec, outcome, detected, detector);
    }
  }

  /** The paper's, or the best that there is. */
  private static VideoStandard standard(Setting setting) throws IOException {
    return setting
            .videoCodecs()
            .find(VideoStandard.HEVC)
            .codec()
            .filter(found -> found.cannotEncode().isEmpty())
            .isPresent()
        ? VideoStandard.HEVC
        : setting.videoCodecs().best();
  }

  private static List<Contender> cuts(SplitDetector detector, FeatureCodec logquant, String codec) {
    List<Contender> cuts = new ArrayList<>();
    for (String stage : detector.stages()) {
      cuts.add(
          new Contender(
              "detector-" + stage,
              codec,
              QPS,
              (sample, features, quality) -> {
                Tensor feature = detector.until(stage, sample.picture());
                String name = sample.labels().file().toString();
                RoundTrip trip = RoundTrip.of(logquant, name, FeaturePyramid.of(feature), quality);
                PictureSize size =
                    new PictureSize(sample.picture().height(), sample.picture().width());
                FeaturePyramid decoded = detector.after(stage, trip.decoded().level(0), size);
                return new RoundTrip(
                    trip.bytes(),
                    decoded,
                    features.compare(decoded),
                    trip.encodeSeconds(),
                    trip.decodeSeconds());
              }));
    }
    cuts.add(Contender.of("detector-" + PYRAMID, codec, logquant, QPS));
    return cuts;
  }

  /** Bytes of a stage's feature map, relative to those of the pyramid: the same for pictures of all sizes, which are padded. */
  private static double relativeBytes(SplitDetector detector, String stage, Sample sample) {
    if (stage.equals(PYRAMID)) {
      return 1;
    }
    FeaturePyramid feature = FeaturePyramid.of(detector.until(stage, sample.picture()));
    return feature.float32Bytes() / (double) detector.features(sample.picture()).float32Bytes();
  }

  private Result result(
      Setting setting,
      String codec,
      LayerFidelity.Outcome outcome,
      List<Outcome> detected,
      SplitDetector detector)
      throws IOException {
    Sample first = setting.samples().reader().read(0);
    List<DetectorRow> found = new ArrayList<>();
    for (Outcome cut : detected) {
      String stage = cut.contender().name().replace("detector-", "");
      double raw = cut.rawBytes() * relativeBytes(detector, stage, first);
      for (Coded coded : cut.coded()) {
        double fidelity =
            Fidelity.detection(cut.uncompressed().results(), coded.detection().results());
        double map = 100 * coded.detection().metrics().ap();
        found.add(
            new DetectorRow(
                stage, coded.rate().quality(), coded.rate().bytes() / raw, map, fidelity));
      }
    }
    ResultTable table = table(outcome, found);
    ResultTable pristine = pristine(outcome, detected.getFirst());
    HtmlReport page = new HtmlReport(title(), LEAD);
    page.heading("Compression rate and fidelity");
    for (LayerFidelity.Pristine network : outcome.pristine()) {
      charts(page, outcome, network.classifier());
    }
    chartOfDetection(page, found);
    page.table(table.head(), table.text());
    page.paragraph(COLUMNS);
    page.heading("The networks on the feature maps themselves");
    page.table(pristine.head(), pristine.text());
    page.heading("What differs from the paper");
    page.table(List.of("", "Chen et al. 2019", "here"), differences(setting, codec, outcome));
    return new Result(List.of(table, pristine), page, summary(outcome, found, detected.getFirst()));
  }

  private static ResultTable table(LayerFidelity.Outcome outcome, List<DetectorRow> detected) {
    ResultTable table =
        ResultTable.of(
            "table3",
            "task",
            "network",
            "layer",
            "qp",
            "compression_rate",
            "fidelity",
            "accuracy",
            "paper_rate",
            "paper_fidelity");
    for (ChenTable.Task task : List.of(ChenTable.Task.CLASSIFICATION, ChenTable.Task.RETRIEVAL)) {
      for (Row row : outcome.rows()) {
        boolean classes = task == ChenTable.Task.CLASSIFICATION;
        ChenTable.@Nullable Figures paper =
            ChenTable.find(row.classifier().arch(), row.layer(), task, row.qp().floor());
        table.row(
            task.label(),
            row.classifier().name(),
            row.layer(),
            row.qp().toString(),
            row.compressionRate(),
            classes ? row.classification() : row.retrieval(),
            classes ? row.accuracy() : row.precision(),
            paper == null ? null : paper.rate(),
            paper == null ? null : paper.fidelity());
      }
    }
    for (DetectorRow row : detected) {
      ChenTable.@Nullable Figures paper =
          ChenTable.find("resnet", row.layer, ChenTable.Task.DETECTION, row.qp.floor());
      table.row(
          ChenTable.Task.DETECTION.label(),
          "detector",
          row.layer,
          row.qp.toString(),
          row.compressionRate,
          row.fidelity,
          row.map / 100,
          paper == null ? null : paper.rate(),
          paper == null ? null : paper.fidelity());
    }
    return table;
  }

  private static ResultTable pristine(LayerFidelity.Outcome outcome, Outcome detected) {
    ResultTable table = ResultTable.of("pristine", "network", "measure", "value");
    for (LayerFidelity.Pristine network : outcome.pristine()) {
      table.row(network.classifier().name(), "accuracy", network.accuracy());
      table.row(network.classifier().name(), "mAP of retrieval", network.precision());
    }
    table.row("detector", "AP@.5:.95", detected.uncompressed().metrics().ap());
    return table;
  }

  private static void charts(
      HtmlReport page, LayerFidelity.Outcome outcome, PackClassifier network) {
    LineChart classes =
        new LineChart(network.name() + ", classification", "compression rate", "fidelity").logX();
    LineChart ranks =
        new LineChart(network.name() + ", retrieval", "compression rate", "fidelity").logX();
    for (String layer : network.network().cuts()) {
      List<Row> rows =
          outcome.rows().stream()
              .filter(row ->
                  row.classifier().name().equals(network.name()) && row.layer().equals(layer))
              .toList();
      double[] rates = rows.stream().mapToDouble(Row::compressionRate).toArray();
      classes.series(layer, rates, rows.stream().mapToDouble(Row::classification).toArray());
      ranks.series(layer, rates, rows.stream().mapToDouble(Row::retrieval).toArray());
    }
    page.chart(classes, "A line for each layer, a point for each QP.");
    page.chart(ranks, "The same for retrieval.");
  }

  private static void chartOfDetection(HtmlReport page, List<DetectorRow> rows) {
    LineChart chart = new LineChart("detector", "compression rate", "fidelity").logX();
    for (String layer : rows.stream().map(DetectorRow::layer).distinct().toList()) {
      List<DetectorRow> own = rows.stream().filter(row -> row.layer.equals(layer)).toList();
      chart.series(
          layer,
          own.stream().mapToDouble(DetectorRow::compressionRate).toArray(),
          own.stream().mapToDouble(DetectorRow::fidelity).toArray());
    }
    page.chart(chart, "The same for detection.");
  }

  private static List<List<String>> differences(
      Setting setting, String codec, LayerFidelity.Outcome outcome) {
    List<String> networks = new ArrayList<>();
    for (LayerFidelity.Pristine network : outcome.pristine()) {
      networks.add(network.classifier().name() + " (" + network.classifier().arch() + ", narrow)");
    }
    return List.of(
        List.of(
            "classification",
            "VGG16 and ResNet-152, 1,000 classes; one picture of ImageNet for each",
            String.format(
                Locale.ROOT,
                "%s, %d classes; %d objects, one of each picture",
                String.join(", ", networks),
                outcome.pristine().getFirst().classifier().network().classes().size(),
                outcome.queries())),
        List.of(
            "retrieval",
            "networks trained for it (VGG, ResNet-50); PKU VehicleID, 800 queries, 5,693 references; same vehicle",
            String.format(
                Locale.ROOT,
                "the classifiers' last features before the logits, by their cosine; %d queries, %d objects; same class, or same object"
                    + " where the pictures have tracks",
                outcome.queries(),
                outcome.documents())),
        List.of(
            "detection",
            "Faster R-CNN on VGG16 and ResNet-101; PASCAL VOC 2007",
            setting.pack().name()
                + ": "
                + setting.pack().description().detector().getOrDefault("arch", "a detector")
                + ", cut before its pyramid branches, and at the pyramid"),
        List.of("pictures", "photographs", setting.pictures()),
        List.of("video codec", "HM 16.12 (HEVC RExt), 4:0:0, intra", codec),
        List.of(
            "stream",
            "bits of HM",
            "all bytes: ranges, shapes, headers and checks included, which weigh more where feature maps are smaller"));
  }

  private static List<String> summary(
      LayerFidelity.Outcome outcome, List<DetectorRow> detected, Outcome uncompressed) {
    List<String> lines = new ArrayList<>();
    for (LayerFidelity.Pristine network : outcome.pristine()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s: accuracy %.1f %%, mAP of retrieval %.3f on uncompressed features (%d objects)",
              network.classifier().name(),
              100 * network.accuracy(),
              network.precision(),
              outcome.queries()));
      outcome.rows().stream()
          .filter(row ->
              row.classifier().name().equals(network.classifier().name()) && row.qp().floor() == 22)
          .filter(row -> row.classification() >= 0.95)
          .min(java.util.Comparator.comparingDouble(Row::compressionRate))
          .ifPresent(row ->
              lines.add(
                  String.format(
                      Locale.ROOT,
                      "%s at QP 22: %s costs least, %.1f %% of its float32 (fidelity of classification %.3f, of retrieval %.3f)",
                      network.classifier().name(),
                      row.layer(),
                      100 * row.compressionRate(),
                      row.classification(),
                      row.retrieval())));
    }
    for (DetectorRow row : detected) {
      if (row.qp.floor() == 22) {
        lines.add(
            String.format(
                Locale.ROOT,
                "detector at QP 22: %s costs %.1f %% of its float32, fidelity %.3f, AP@.5:.95 %.1f against %.1f",
                row.layer,
                100 * row.compressionRate,
                row.fidelity,
                row.map,
                100 * uncompressed.uncompressed().metrics().ap()));
      }
    }
    return lines;
  }

  private static final String LEAD =
      "A camera can send feature maps of any layer of a network. What each costs, and how much of what the network says survives:"
          + " logarithmic quantisation to 8 bits, each channel an intra picture.";

  private static final String COLUMNS =
      "Compression rate: bytes of the streams by bytes of the float32 feature maps (equation 1). Fidelity: of the task, against the same"
          + " network on the feature maps themselves, 1 is no change (equations 2 to 4). Accuracy: against the labels; share of right"
          + " classes, mean average precision of the retrieval, AP@.5:.95 of the detector.";
}
