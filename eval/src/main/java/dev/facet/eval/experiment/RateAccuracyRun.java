package dev.facet.eval.experiment;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.LevelError;
import dev.facet.codec.Quality;
import dev.facet.eval.dataset.CocoResult;
import dev.facet.eval.dataset.DetectionDataset;
import dev.facet.eval.dataset.LabelledImage;
import dev.facet.eval.metric.CocoEvaluator;
import dev.facet.eval.metric.CocoMetrics;
import dev.facet.eval.metric.RateAccuracy;
import dev.facet.eval.metric.Region;
import dev.facet.vision.detection.Detections;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Detection on uncompressed and on decoded features: of each picture the backbone once, the head on its features, then with each codec
 * at each quality encoding to real bytes, decoding, and the head again. Labels and classes of the detector are matched by name; objects
 * of a class that the detector does not know count as missed.
 *
 * <p>Several pictures are worked on at a time, each by one thread, which is faster than all threads on one picture; memory
 * grows with the threads, not with the pictures. Nothing but times depends on the number of threads.
 */
public final class RateAccuracyRun {
  private final SplitDetector detector;
  private final List<Contender> contenders;
  private final int threads;
  private final Journal journal;

  /**
   * Prepares a run.
   *
   * @param detector best with a backend of a single thread
   * @param contenders at least one, of different names
   * @param threads pictures at a time
   * @param journal of earlier runs, from which results are taken, and to which new ones go
   * @throws IllegalArgumentException if there is no contender, or two have one name
   */
  public RateAccuracyRun(
      SplitDetector detector, List<Contender> contenders, int threads, Journal journal) {
    long names = contenders.stream().map(Contender::name).distinct().count();
    if (contenders.isEmpty() || names != contenders.size()) {
      throw new IllegalArgumentException("codecs of different names are needed, at least one");
    }
    this.detector = detector;
    this.contenders = List.copyOf(contenders);
    this.threads = threads;
    this.journal = journal;
  }

  /** How often {@code done} is called for so many pictures. */
  public int steps(int pictures) {
    return pictures * (1 + contenders.stream().mapToInt(Contender::steps).sum());
  }

  /**
   * What came out of one codec.
   *
   * @param contender the codec
   * @param labels of the pictures
   * @param curve rate and accuracy
   * @param uncompressed the head on the features themselves
   * @param coded the head on decoded features, one for each quality, in their order
   * @param backboneSeconds for a picture, the median
   */
  public record Outcome(
      Contender contender,
      DetectionDataset labels,
      RateAccuracy curve,
      Detection uncompressed,
      List<Coded> coded,
      long rawBytes,
      double backboneSeconds) {
    public Outcome {
      coded = List.copyOf(coded);
    }

    /** How many pictures. */
    public int pictures() {
      return labels.images().size();
    }
  }

  /**
   * What the head found.
   *
   * @param metrics against the labels
   * @param results in all pictures
   * @param headSeconds for a picture, the median
   */
  public record Detection(CocoMetrics metrics, List<CocoResult> results, double headSeconds) {
    /** Those of one picture that score at least so much. */
    public List<CocoResult> of(LabelledImage image, double score) {
      return results.stream().filter(r -> r.image() == image.id() && r.score() >= score).toList();
    }
  }

  /** One quality: what it costs, and what the head found. */
  public record Coded(RateDistortion rate, Detection detection) {}

  /**
   * Runs.
   *
   * @param done called {@link #steps} times, by one thread at a time
   * @return for each contender one, in their order
   * @throws IOException if a picture cannot be read or coded
   * @throws InterruptedException if the thread was interrupted
   * @throws IllegalArgumentException if detector and labels have no class in common, or no object is labelled
   */
  public List<Outcome> run(Samples samples, Runnable done)
      throws IOException, InterruptedException {
    int[] categories =
        ClassNames.require(
            "the detector of " + detector.name() + " finds",
            detector.classes(),
            samples.categories());
    LabelledImage[] labels = new LabelledImage[samples.count()];
    long[] pixels = new long[samples.count()];
    try (Results<Piece> pieces = new Results<>(journal, Piece.class)) {
      pieces.open("uncompressed", "");
      for (Contender contender : contenders) {
        pieces.open(contender.name(), contender.key());
      }
      PictureLoop.run(
          samples,
          threads,
          done,
          (i, sample, step) -> {
            labels[i] = sample.labels();
            pixels[i] = (long) sample.picture().height() * sample.picture().width();
            look(i, sample, pieces, step);
          });
      return summary(
          new DetectionDataset(samples.categories(), List.of(labels)),
          LongStream.of(pixels).sum(),
          categories,
          pieces);
    }
  }

  private void look(int index, Sample sample, Results<Piece> pieces, Runnable step)
      throws IOException {
    // the features, once something is to be made of them
    FeaturePyramid pyramid = null;
    for (int codec = 0; codec <= contenders.size(); codec++) {
      List<Quality> qualities = codec == 0 ? List.of() : contenders.get(codec - 1).qualities();
      int pieceCount = Math.max(1, qualities.size());
      for (int q = 0; q < pieceCount; q++) {
        int steps = codec == 0 ? Piece.UNCOMPRESSED : qualities.get(q).steps();
        if (pieces.get(codec, index, steps) == null) {
          long start = System.nanoTime();
          if (pyramid == null) {
            pyramid = features(sample);
          }
          double backbone = seconds(start);
          pieces.add(
              codec,
              codec == 0
                  ? piece(index, steps, pyramid.float32Bytes(), List.of(), backbone, 0, pyramid)
                  : piece(index, contenders.get(codec - 1), sample, pyramid, qualities.get(q)));
        }
        step.run();
      }
    }
  }

  private FeaturePyramid features(Sample sample) throws IOException {
    try {
      return detector.features(sample.picture());
    } catch (IllegalArgumentException e) {
      throw new IOException(sample.labels().file() + ": " + e.getMessage(), e);
    }
  }

  private Piece piece(
      int index, Contender contender, Sample sample, FeaturePyramid pyramid, Quality quality)
      throws IOException {
    RoundTrip trip = contender.coder().code(sample, pyramid, quality);
    FeaturePyramid decoded =
        pyramid.picture().map(trip.decoded()::withPicture).orElse(trip.decoded());
    return piece(
        index,
        quality.steps(),
        trip.bytes(),
        trip.errors(),
        trip.encodeSeconds(),
        trip.decodeSeconds(),
        decoded);
  }

  private Piece piece(
      int index,
      int quality,
      long bytes,
      List<LevelError> errors,
      double encodeSeconds,
      double decodeSeconds,
      FeaturePyramid pyramid) {
    long start = System.nanoTime();
    Detections found = detector.detect(pyramid);
    return new Piece(
        index,
        quality,
        bytes,
        errors,
        encodeSeconds,
        decodeSeconds,
        found.boxes(),
        found.labels(),
        found.scores(),
        seconds(start));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }

  private List<Outcome> summary(
      DetectionDataset labels, long pixels, int[] indexes, Results<Piece> pieces) {
    int pictures = labels.images().size();
    CocoEvaluator evaluator = new CocoEvaluator(labels, Region.BOX);
    List<Piece> whole = pieces.of(0, Piece.UNCOMPRESSED, pictures);
    Detection uncompressed = detection(evaluator, indexes, labels, whole);
    if (Double.isNaN(uncompressed.metrics.ap())) {
      throw new IllegalArgumentException(
          "no object is labelled in the pictures: there is nothing to find");
    }
    long raw = whole.stream().mapToLong(Piece::bytes).sum();
    double backbone = Seconds.median(whole, Piece::encodeSeconds);
    List<Outcome> outcomes = new ArrayList<>();
    for (int codec = 1; codec <= contenders.size(); codec++) {
      Contender contender = contenders.get(codec - 1);
      List<Coded> coded = new ArrayList<>();
      List<RateAccuracy.Point> points = new ArrayList<>();
      for (Quality quality : contender.qualities()) {
        List<Piece> all = pieces.of(codec, quality.steps(), pictures);
        RateDistortion rate =
            RateDistortion.of(quality, all.stream().map(Piece::entry).toList(), raw, pixels);
        Detection detection = detection(evaluator, indexes, labels, all);
        coded.add(new Coded(rate, detection));
        points.add(
            new RateAccuracy.Point(
                quality.level(),
                rate.bytes(),
                rate.bpp(),
                rate.ratio(),
                detection.metrics.ap50(),
                detection.metrics.ap()));
      }
      RateAccuracy curve =
          new RateAccuracy(
              8.0 * raw / pixels, uncompressed.metrics.ap50(), uncompressed.metrics.ap(), points);
      outcomes.add(new Outcome(contender, labels, curve, uncompressed, coded, raw, backbone));
    }
    return outcomes;
  }

  private static Detection detection(
      CocoEvaluator evaluator, int[] indexes, DetectionDataset labels, List<Piece> pieces) {
    List<CocoResult> results = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      long image = labels.images().get(i).id();
      for (CocoResult result : CocoResult.of(image, pieces.get(i).detections())) {
        int category = indexes[result.category()];
        if (category >= 0) {
          results.add(new CocoResult(result.image(), category, result.box(), result.score()));
        }
      }
    }
    return new Detection(
        evaluator.evaluate(results), results, Seconds.median(pieces, Piece::headSeconds));
  }
}
