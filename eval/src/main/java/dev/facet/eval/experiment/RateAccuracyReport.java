package dev.facet.eval.experiment;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.LevelError;
import dev.facet.eval.dataset.Annotation;
import dev.facet.eval.dataset.BoundingBox;
import dev.facet.eval.dataset.CocoResult;
import dev.facet.eval.experiment.RateAccuracyRun.Coded;
import dev.facet.eval.experiment.RateAccuracyRun.Detection;
import dev.facet.eval.experiment.RateAccuracyRun.Outcome;
import dev.facet.eval.metric.RateAccuracy.Found;
import dev.facet.eval.metric.RateAccuracy.Measure;
import dev.facet.eval.metric.RateAccuracy.NearLossless;
import dev.facet.eval.report.Drawing;
import dev.facet.eval.report.FeatureMosaic;
import dev.facet.eval.report.HtmlReport;
import dev.facet.eval.report.HtmlReport.Encoding;
import dev.facet.eval.report.HtmlReport.KeyFigure;
import dev.facet.eval.report.LineChart;
import dev.facet.vision.image.Picture;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** A run as one page: figures, curve, tables, pictures before and after, features before and after, how to do it again. */
public final class RateAccuracyReport {
  private static final int PICTURES = 4;

  /** Longer side of the pictures, in pixels: twice what the page shows, for sharp lines. */
  private static final int SIDE = 1024;

  /** Detections that score less are not drawn, as a user would not act on them. */
  private static final double SCORE = 0.5;

  private static final int CHANNELS = 16;

  private final SplitDetector detector;
  private final Samples samples;
  private final Outcome outcome;
  private final List<String> classes;

  /** The smallest quality that is near-lossless, or else the best. */
  private final Coded kept;

  private final Coded smallest;

  /**
   * Prepares a page.
   *
   * @param detector that ran
   * @param samples on which it ran
   * @param outcome of the run
   */
  public RateAccuracyReport(SplitDetector detector, Samples samples, Outcome outcome) {
    this.detector = detector;
    this.samples = samples;
    this.outcome = outcome;
    classes = outcome.labels().names();
    smallest = coded(outcome.curve().points().getFirst().quality());
    kept = coded(outcome.curve().kept(Measure.AP50).quality());
  }

  private Coded coded(double level) {
    return outcome.coded().stream()
        .filter(coded -> coded.rate().quality().level() == level)
        .findFirst()
        .orElseThrow();
  }

  /**
   * The page. Runs the detector again on the pictures that it shows.
   *
   * @param title at its top
   * @param pictures what the pictures are, such as "24 generated street scenes, seed 3"
   * @param facts machine, versions and so on
   * @param commands that make it again
   * @throws IOException if a picture cannot be read
   */
  public String html(String title, String pictures, Map<String, String> facts, String commands)
      throws IOException {
    HtmlReport page =
        new HtmlReport(
            title,
            "A camera runs the backbone of a vision network. Facet compresses the feature pyramid that comes out of it to a few"
                + " hundred bytes; a server restores the features and finds the objects. No picture is sent. This page shows what that"
                + " costs in bytes and in accuracy.");
    page.keyFigures(keyFigures());
    page.paragraph(
        text(
            "Measured on %s: every number comes from real streams, with header and checks, decoded by the same code that a server runs.",
            pictures));
    curve(page);
    table(page);
    pictures(page);
    features(page);
    distortion(page);
    page.heading("Where it ran");
    page.table(
        List.of("", ""),
        facts.entrySet().stream().map(e -> List.of(e.getKey(), e.getValue())).toList());
    page.paragraph(
        "Times are those of a single thread, while as many pictures as there are threads are worked on. Everything else on this page has"
            + " the same digits on every machine: the arithmetic is bit-exact.");
    page.heading("How to reproduce");
    page.code(commands);
    return page.html();
  }

  private List<KeyFigure> keyFigures() {
    NearLossless nearLossless = outcome.curve().nearLossless(Measure.AP50);
    int n = outcome.pictures();
    return List.of(
        nearLossless.found() == Found.NOT_REACHED
            ? new KeyFigure("not reached", "ratio at a loss of 1 % of AP@.5: no quality keeps 99 %")
            : new KeyFigure(
                text(
                    "%s%,.0f : 1",
                    nearLossless.found() == Found.AT_MOST ? "≥ " : "", nearLossless.ratio()),
                "features to stream, at a loss of 1 % of AP@.5 (near-lossless)"),
        new KeyFigure(
            text("%,d bytes", Math.round(kept.rate().bytes() / (double) n)),
            text(
                "a picture at quality %s, instead of %,d as float32",
                kept.rate().quality(), Math.round(outcome.rawBytes() / (double) n))),
        new KeyFigure(
            text("%.1f %%", 100 * kept.detection().metrics().ap50()),
            text(
                "AP@.5 at that quality; %.1f %% on uncompressed features",
                100 * outcome.uncompressed().metrics().ap50())),
        new KeyFigure(
            time(kept.rate().encodeSeconds()) + " + " + time(kept.rate().decodeSeconds()),
            "to encode and to decode a picture, on one processor core"));
  }

  private static String time(double seconds) {
    return seconds < 1 ? text("%.0f ms", 1e3 * seconds) : text("%.1f s", seconds);
  }

  private void curve(HtmlReport page) {
    page.heading("Accuracy against rate");
    List<Coded> byRate =
        outcome.curve().points().stream().map(point -> coded(point.quality())).toList();
    double[] bytes =
        byRate.stream().mapToDouble(c -> c.rate().bytes() / (double) outcome.pictures()).toArray();
    LineChart chart =
        new LineChart("Detection on decoded features", "bytes a picture", "average precision, %")
            .logX()
            .series(
                "AP@.5",
                bytes,
                byRate.stream().mapToDouble(c -> 100 * c.detection().metrics().ap50()).toArray())
            .series(
                "AP@.5:.95",
                bytes,
                byRate.stream().mapToDouble(c -> 100 * c.detection().metrics().ap()).toArray())
            .reference("AP@.5 uncompressed", 100 * outcome.uncompressed().metrics().ap50())
            .reference("AP@.5:.95 uncompressed", 100 * outcome.uncompressed().metrics().ap());
    page.chart(
        chart,
        text(
            "One point for each quality. Dashed: the same detector on uncompressed features, %,d bytes a picture. AP as COCO defines it.",
            Math.round(outcome.rawBytes() / (double) outcome.pictures())));
    page.paragraph(
        text(
            "Near-lossless, where 99 %% of the accuracy is kept (Kim et al. 2023, eq. 4). AP@.5: %s. AP@.5:.95: %s.",
            outcome.curve().nearLossless(Measure.AP50).describe(),
            outcome.curve().nearLossless(Measure.AP).describe()));
  }

  private void table(HtmlReport page) {
    List<List<String>> rows = new ArrayList<>();
    double n = outcome.pictures();
    rows.add(
        List.of(
            "uncompressed",
            text("%,d", Math.round(outcome.rawBytes() / n)),
            text("%.1f", outcome.curve().uncompressedBpp()),
            "1",
            text("%.1f", 100 * outcome.uncompressed().metrics().ap50()),
            text("%.1f", 100 * outcome.uncompressed().metrics().ap()),
            "",
            "",
            text("%.3f", outcome.uncompressed().headSeconds())));
    for (Coded coded : outcome.coded()) {
      RateDistortion rate = coded.rate();
      rows.add(
          List.of(
              rate.quality().toString(),
              text("%,d", Math.round(rate.bytes() / n)),
              text("%.4f", rate.bpp()),
              text("%,.0f", rate.ratio()),
              text("%.1f", 100 * coded.detection().metrics().ap50()),
              text("%.1f", 100 * coded.detection().metrics().ap()),
              text("%.3f", rate.encodeSeconds()),
              text("%.3f", rate.decodeSeconds()),
              text("%.3f", coded.detection().headSeconds())));
    }
    page.table(
        List.of(
            "quality",
            "bytes a picture",
            "bpp",
            "ratio",
            "AP@.5 %",
            "AP@.5:.95 %",
            "encode s",
            "decode s",
            "head s"),
        rows);
    page.paragraph(
        text(
            "bpp: bits per pixel of the picture. The backbone takes %.3f s a picture. Seconds are medians over the pictures.",
            outcome.backboneSeconds()));
  }

  private void pictures(HtmlReport page) throws IOException {
    page.heading("What the server finds");
    page.paragraph(
        text(
            "Detections of a score of %.0f %% and more, drawn on pictures that the server never sees. Thin white lines: the truth.",
            100 * SCORE));
    for (int i = 0; i < Math.min(PICTURES, samples.count()); i++) {
      Sample sample = samples.reader().read(i);
      FeaturePyramid pyramid = detector.features(sample.picture());
      List<HtmlReport.Picture> shown = new ArrayList<>();
      shown.add(picture(truth(sample), text("Picture %d and its labels", i + 1)));
      shown.add(
          picture(
              drawn(sample, outcome.uncompressed()),
              text("Uncompressed features: %,d bytes", pyramid.float32Bytes())));
      for (Coded coded : shown()) {
        RoundTrip trip = trip(sample, pyramid, coded);
        shown.add(
            picture(
                drawn(sample, coded.detection()),
                text(
                    "Quality %s: %,d bytes, 1/%,.0f",
                    coded.rate().quality(),
                    trip.bytes(),
                    pyramid.float32Bytes() / (double) trip.bytes())));
      }
      page.pairs(shown);
    }
  }

  /** The near-lossless quality and the smallest, or the best where these are the same. */
  private List<Coded> shown() {
    Coded best = coded(outcome.curve().points().getLast().quality());
    return Stream.of(kept.equals(smallest) ? best : kept, smallest).distinct().toList();
  }

  private RoundTrip trip(Sample sample, FeaturePyramid pyramid, Coded coded) throws IOException {
    return outcome.contender().coder().code(sample, pyramid, coded.rate().quality());
  }

  private static HtmlReport.Picture picture(BufferedImage image, String caption) {
    return new HtmlReport.Picture(image, caption, Encoding.JPEG);
  }

  private BufferedImage truth(Sample sample) {
    double scale = scale(sample.picture());
    Drawing drawing = new Drawing(scaled(sample.picture(), scale));
    for (Annotation object : sample.labels().annotations()) {
      drawing.box(scaled(object.box(), scale), object.category(), classes.get(object.category()));
    }
    return drawing.image();
  }

  private BufferedImage drawn(Sample sample, Detection detection) {
    double scale = scale(sample.picture());
    Drawing drawing = new Drawing(scaled(sample.picture(), scale));
    List<CocoResult> found = detection.of(sample.labels(), SCORE);
    // the best on top
    for (CocoResult result : found.reversed()) {
      drawing.box(
          scaled(result.box(), scale),
          result.category(),
          classes.get(result.category()),
          result.score());
    }
    sample.labels().annotations().forEach(object -> drawing.truth(scaled(object.box(), scale)));
    return drawing.image();
  }

  private static double scale(Picture picture) {
    return SIDE / (double) Math.max(picture.width(), picture.height());
  }

  private static BufferedImage scaled(Picture picture, double scale) {
    int width = Math.max(1, (int) Math.round(scale * picture.width()));
    int height = Math.max(1, (int) Math.round(scale * picture.height()));
    BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = scaled.createGraphics();
    canvas.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    canvas.drawImage(picture.image(), 0, 0, width, height, null);
    canvas.dispose();
    return scaled;
  }

  private static BoundingBox scaled(BoundingBox box, double scale) {
    return new BoundingBox(
        scale * box.x(), scale * box.y(), scale * box.width(), scale * box.height());
  }

  private void features(HtmlReport page) throws IOException {
    Sample sample = samples.reader().read(0);
    FeaturePyramid pyramid = detector.features(sample.picture());
    FeatureMosaic mosaic = new FeatureMosaic(pyramid.levels(), CHANNELS);
    page.heading("The features, before and after");
    page.paragraph(
        text(
            "The first %d channels of each level of picture 1: p2 to the left, then p3, p4 and p5 from the top. Equal colours are equal values.",
            CHANNELS));
    page.picture(
        new HtmlReport.Picture(
            mosaic.draw(pyramid.levels()),
            text("As the backbone made them: %,d bytes", pyramid.float32Bytes()),
            Encoding.PNG));
    RoundTrip trip = trip(sample, pyramid, kept);
    page.picture(
        new HtmlReport.Picture(
            mosaic.draw(trip.decoded().levels()),
            text("Decoded at quality %s: %,d bytes", kept.rate().quality(), trip.bytes()),
            Encoding.PNG));
  }

  private void distortion(HtmlReport page) {
    List<String> head = new ArrayList<>(List.of("quality"));
    for (LevelError level : smallest.rate().levels()) {
      head.add(level.level() + " MSE");
      head.add(level.level() + " PSNR dB");
    }
    List<List<String>> rows = new ArrayList<>();
    for (Coded coded : outcome.coded()) {
      List<String> row = new ArrayList<>(List.of(coded.rate().quality().toString()));
      for (LevelError level : coded.rate().levels()) {
        row.add(text("%.4g", level.mse()));
        row.add(text("%.2f", level.psnr()));
      }
      rows.add(row);
    }
    page.table(head, rows);
    page.paragraph("Means over the pictures; PSNR against the range of the level.");
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be the only use of its library
  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
