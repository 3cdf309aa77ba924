package dev.facet.eval.experiment;

import dev.facet.codec.stream.CodecId;
import dev.facet.codec.video.VideoStandard;
import dev.facet.eval.metric.RateAccuracy.Measure;
import dev.facet.eval.metric.RateAccuracy.NearLossless;
import dev.facet.eval.report.HtmlReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Table V of Kim et al. 2023: the rate at which 99 % of the accuracy is kept, and the compression ratio there, object detection. */
final class NearLosslessExperiment implements Experiment {
  /** Rates in bits per pixel, and ratios, of the columns of object detection. */
  private record Paper(double bpp, double ratio) {}

  private static final Paper OURS = new Paper(0.031, 27_555);
  private static final Paper IMAGE = new Paper(0.735, 1_146);
  private static final Paper FEATURE = new Paper(1.128, 746);

  @Override
  public String name() {
    return "s3-near-lossless";
  }

  @Override
  public String title() {
    return "Near-lossless rate and ratio of L-MSFC and the anchors (Kim et al. 2023, table V)";
  }

  @Override
  public Result run(Setting setting) throws IOException, InterruptedException {
    AnchorRun run = AnchorRun.of(setting);
    ResultTable table =
        ResultTable.of(
            "table5", "codec", "measure", "found", "bpp", "ratio", "paper_bpp", "paper_ratio");
    List<String> summary = new ArrayList<>();
    add(table, summary, run, run.ours(), OURS);
    for (VideoStandard standard : run.standards()) {
      add(table, summary, run, AnchorRun.name(CodecId.IMAGE, standard), IMAGE);
      add(table, summary, run, AnchorRun.name(CodecId.ANCHOR, standard), FEATURE);
    }
    HtmlReport page = new HtmlReport(title(), LEAD);
    page.heading("Near-lossless rate and ratio, ours and the paper's");
    page.table(table.head(), table.text());
    page.paragraph(NOTE);
    run.measured(page);
    run.differences(page, setting);
    return new Result(List.of(table, run.comparison().points()), page, summary);
  }

  private static final String LEAD =
      "Where a missed object costs too much, only one rate counts: that at which a detector loses less than 1 % of its accuracy.";

  private static final String NOTE =
      "Found: interpolated between two points; at_most, if every quality is near-lossless; not_reached, if none is, and the rate is above"
          + " the one given. The ratio is that of the uncompressed float32 features to the stream (equation 4).";

  private static void add(
      ResultTable table, List<String> summary, AnchorRun run, String codec, Paper paper) {
    for (Measure measure : Measure.values()) {
      NearLossless found = run.comparison().of(codec).curve().nearLossless(measure);
      // the paper's numbers are of AP@.5 alone
      @Nullable Paper quoted = measure == Measure.AP50 ? paper : null;
      table.row(
          codec,
          measure.label(),
          found.found().name().toLowerCase(Locale.ROOT),
          found.bpp(),
          found.ratio(),
          quoted == null ? null : quoted.bpp(),
          quoted == null ? null : quoted.ratio());
      if (quoted != null) {
        summary.add(
            String.format(
                Locale.ROOT,
                "near-lossless, mAP@.5, %s: %s (paper: %.3f bpp, 1/%.0f)",
                codec,
                found.describe(),
                quoted.bpp(),
                quoted.ratio()));
      }
    }
  }
}
