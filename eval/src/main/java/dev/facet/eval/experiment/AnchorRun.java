package dev.facet.eval.experiment;

import dev.facet.codec.CodecOptions;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.ModelCodec;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.video.VideoStandard;
import dev.facet.eval.metric.RateAccuracy.Measure;
import dev.facet.eval.report.HtmlReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The pack's codec against feature and image anchors: what tables II and V of Kim et al. 2023 are made of, and the parts of a page that
 * both experiments have.
 */
final class AnchorRun {
  private static final int FINEST_QP = 22;
  private static final int QP_STEP = 5;

  private final Comparison comparison;
  private final List<VideoStandard> standards;
  private final String ours;

  private AnchorRun(Comparison comparison, List<VideoStandard> standards, String ours) {
    this.comparison = comparison;
    this.standards = standards;
    this.ours = ours;
  }

  static AnchorRun of(Experiment.Setting setting) throws IOException, InterruptedException {
    List<VideoStandard> standards = Anchors.standards(setting.videoCodecs());
    try (ModelCodec codec = FeatureCodecs.open(setting.pack(), setting.backend())) {
      SplitDetector detector = new SplitDetector(setting.pack(), setting.backend());
      Anchors anchors =
          new Anchors(CodecOptions.standard().withVideoCodecs(setting.videoCodecs()), detector);
      List<Contender> contenders = new ArrayList<>();
      contenders.add(Contender.of(codec, codec.qualities()));
      for (VideoStandard standard : standards) {
        contenders.add(anchors.of(CodecId.IMAGE, standard, qps(standard)));
        contenders.add(anchors.of(CodecId.ANCHOR, standard, qps(standard)));
      }
      Journal journal =
          Journal.in(setting.progress(), setting.pictures() + "\n" + detector.digest());
      RateAccuracyRun run = new RateAccuracyRun(detector, contenders, setting.threads(), journal);
      setting.listener().begin(run.steps(setting.samples().count()));
      Comparison comparison = new Comparison(run.run(setting.samples(), setting.listener()::step));
      return new AnchorRun(comparison, standards, contenders.getFirst().name());
    }
  }

  /**
   * From the finest QP of the common test conditions to the standard's coarsest: a learned codec's rates are lower than those that they had
   * in mind.
   */
  static List<Quality> qps(VideoStandard standard) {
    List<Quality> qps = new ArrayList<>();
    for (int qp = FINEST_QP; qp < standard.maxQp(); qp += QP_STEP) {
      qps.add(Quality.of(qp));
    }
    qps.add(Quality.of(standard.maxQp()));
    return qps.reversed();
  }

  Comparison comparison() {
    return comparison;
  }

  /** Name of the pack's codec. */
  String ours() {
    return ours;
  }

  List<VideoStandard> standards() {
    return standards;
  }

  /** Name of an anchor. */
  static String name(CodecId codec, VideoStandard standard) {
    return codec.kind() + "-" + standard.label();
  }

  /** Curves and points. */
  void measured(HtmlReport page) {
    page.heading("Measured");
    page.chart(
        comparison.chart(Measure.AP50),
        "One point for each quality, real streams with headers and checks. Dashed: the same detector on uncompressed features.");
    page.chart(comparison.chart(Measure.AP), "The same for AP over IoU 0.5 to 0.95.");
    ResultTable points = comparison.points();
    page.table(points.head(), points.text());
  }

  /** What is not as in the paper. */
  void differences(HtmlReport page, Experiment.Setting setting) {
    page.heading("What differs from the paper");
    page.table(
        List.of("", "Kim et al. 2023", "here"),
        List.of(
            List.of("pictures", "OpenImages V6, test set of MPEG-VCM", setting.pictures()),
            List.of(
                "network",
                "Faster R-CNN X101-FPN, 256 channels",
                setting.pack().name()
                    + ": "
                    + setting.pack().description().detector().getOrDefault("arch", "a detector")
                    + ", "
                    + setting.pack().config().features()
                    + " channels"),
            List.of(
                "L-MSFC",
                "six models of 128 or 192 latent channels, trained on 90,000 pictures",
                String.format(
                    Locale.ROOT,
                    "%s, %d latent channels, %d qualities; provenance in the pack",
                    ours,
                    setting.pack().config().latent(),
                    setting.pack().config().qualities())),
            List.of(
                "anchors",
                "VTM 12.0 (VVC)",
                String.join(
                    "; ",
                    standards.stream()
                        .map(standard -> setting.videoCodecs().find(standard).status())
                        .toList()))));
  }
}
