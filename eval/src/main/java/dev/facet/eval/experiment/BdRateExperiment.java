package dev.facet.eval.experiment;

import dev.facet.codec.stream.CodecId;
import dev.facet.codec.video.VideoStandard;
import dev.facet.eval.metric.BdRate;
import dev.facet.eval.metric.RateAccuracy.Measure;
import dev.facet.eval.report.HtmlReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Table II of Kim et al. 2023: BD-rate of L-MSFC against the image anchor and the feature anchor, object detection. */
final class BdRateExperiment implements Experiment {
  /** Of "Proposed", in the columns of object detection. */
  private static final double PAPER_IMAGE = -93.95;

  private static final double PAPER_FEATURE = -98.22;
  private static final double PAPER_IMAGE_AGAINST_FEATURE = -69.86;

  @Override
  public String name() {
    return "s3-bdrate";
  }

  @Override
  public String title() {
    return "BD-rate of L-MSFC against feature and image anchors (Kim et al. 2023, table II)";
  }

  @Override
  public Result run(Setting setting) throws IOException, InterruptedException {
    AnchorRun run = AnchorRun.of(setting);
    Comparison comparison = run.comparison();
    ResultTable table =
        ResultTable.of(
            "table2", "codec", "against", "measure", "fit", "percent", "note", "paper_percent");
    List<String> summary = new ArrayList<>();
    for (VideoStandard standard : run.standards()) {
      String image = AnchorRun.name(CodecId.IMAGE, standard);
      String feature = AnchorRun.name(CodecId.ANCHOR, standard);
      for (Measure measure : Measure.values()) {
        for (BdRate.Fit fit : List.of(BdRate.Fit.PCHIP, BdRate.Fit.CUBIC)) {
          add(table, comparison.delta(run.ours(), image, measure, fit), PAPER_IMAGE);
          add(table, comparison.delta(run.ours(), feature, measure, fit), PAPER_FEATURE);
          add(table, comparison.delta(image, feature, measure, fit), PAPER_IMAGE_AGAINST_FEATURE);
        }
      }
      for (String anchor : List.of(image, feature)) {
        Comparison.Delta delta =
            comparison.delta(run.ours(), anchor, Measure.AP50, BdRate.Fit.PCHIP);
        summary.add(
            String.format(
                Locale.ROOT,
                "BD-rate of %s against %s, mAP@.5, PCHIP: %s (paper: %.2f %%)",
                run.ours(),
                anchor,
                delta.rate().describe(),
                anchor.equals(image) ? PAPER_IMAGE : PAPER_FEATURE));
      }
    }
    HtmlReport page = new HtmlReport(title(), LEAD);
    page.heading("BD-rate, ours and the paper's");
    page.table(table.head(), table.text());
    page.paragraph(NOTE);
    run.measured(page);
    run.differences(page, setting);
    return new Result(
        List.of(table, comparison.points(), comparison.bdRates(), comparison.nearLossless()),
        page,
        summary);
  }

  private static final String LEAD =
      "How much rate the learned codec saves at the same accuracy of a detector, against coding the features, or the picture, with a"
          + " conventional video codec.";

  private static final String NOTE =
      "BD-rate: the mean difference of rate over the accuracies that both codecs reach, the logarithm of the rate interpolated over the"
          + " accuracy. PCHIP interpolates from point to point; the cubic is one polynomial through all points, as in VCEG-M33. Points that"
          + " cost more than another one and are no better are left out. The paper's measure is mAP@.5.";

  private static void add(ResultTable table, Comparison.Delta delta, double paper) {
    BdRate rate = delta.rate();
    table.row(
        delta.codec(),
        delta.against(),
        delta.measure().label(),
        delta.fit().name().toLowerCase(Locale.ROOT),
        rate.percent(),
        rate.found() == BdRate.Found.MEASURED && !rate.crossing() ? "" : rate.describe(),
        // the paper's number is of AP@.5 alone
        delta.measure() == Measure.AP50 ? paper : null);
  }
}
