package dev.facet.eval.experiment;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.Quality;
import dev.facet.eval.dataset.Category;
import dev.facet.eval.dataset.CocoResult;
import dev.facet.eval.dataset.DetectionDataset;
import dev.facet.eval.dataset.LabelledImage;
import dev.facet.eval.metric.CocoEvaluator;
import dev.facet.eval.metric.CocoMetrics;
import dev.facet.eval.metric.RateAccuracy;
import dev.facet.eval.metric.Region;
import dev.facet.nn.Parallel;
import dev.facet.vision.detection.Detections;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;

/**
 * Detection on uncompressed and on decoded features: of each picture the backbone once, the head on its features, then at each quality
 * encoding to real bytes, decoding, and the head again. Labels and classes of the detector are matched by name; objects of a class
 * that the detector does not know count as missed.
 *
 * <p>Several pictures are worked on at a time, each by one thread, which is faster than all threads on one picture; memory
 * grows with the threads, not with the pictures. Nothing but times depends on the number of threads.
 */
public final class RateAccuracyRun {
  private final SplitDetector detector;
  private final List<Quality> qualities;
  private final int threads;

  /**
   * Prepares a run.
   *
   * @param detector best with a backend of a single thread
   * @param qualities at least one
   * @param threads pictures at a time
   * @throws IllegalArgumentException if there is no quality, or the pack does not have one
   */
  public RateAccuracyRun(SplitDetector detector, List<Quality> qualities, int threads) {
    if (qualities.isEmpty()) {
      throw new IllegalArgumentException("no quality: at least one is needed");
    }
    this.detector = detector;
    this.qualities =
        qualities.stream()
            .distinct()
            .map(quality -> quality.requireIn(detector.codec().pack().config()))
            .toList();
    this.threads = threads;
  }

  /** How often {@code done} is called for so many pictures. */
  public int steps(int pictures) {
    return pictures * (1 + qualities.size());
  }

  /**
   * What came out.
   *
   * @param labels of the pictures
   * @param curve rate and accuracy
   * @param uncompressed the head on the features themselves
   * @param coded the head on decoded features, one for each quality, in their order
   * @param backboneSeconds for a picture, the median
   */
  public record Outcome(
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

  /** One picture. */
  private record Seen(
      LabelledImage labels,
      long rawBytes,
      long pixels,
      double backboneSeconds,
      Found uncompressed,
      List<Found> decoded,
      List<RateDistortion.Entry> entries) {}

  private record Found(Detections detections, double seconds) {}

  /**
   * Runs.
   *
   * @param done called {@link #steps} times, by one thread at a time
   * @throws IOException if a picture cannot be read or coded
   * @throws InterruptedException if the thread was interrupted
   * @throws IllegalArgumentException if detector and labels have no class in common, or no object is labelled
   */
  public Outcome run(Samples samples, Runnable done) throws IOException, InterruptedException {
    int[] categories = categories(samples.categories());
    Seen[] seen = new Seen[samples.count()];
    try (Parallel parallel = new Parallel(threads)) {
      parallel.forEach(
          seen.length,
          i -> {
            try {
              seen[i] = look(samples.reader().read(i), done);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CancellationException e) {
      throw new InterruptedException("interrupted");
    }
    return summary(samples.categories(), categories, List.of(seen));
  }

  private Seen look(Sample sample, Runnable done) throws IOException {
    String name = sample.labels().file().toString();
    long start = System.nanoTime();
    FeaturePyramid pyramid;
    try {
      pyramid = detector.features(sample.picture());
    } catch (IllegalArgumentException e) {
      throw new IOException(name + ": " + e.getMessage(), e);
    }
    double backbone = (System.nanoTime() - start) * 1e-9;
    Found uncompressed = find(pyramid);
    step(done);
    List<Found> decoded = new ArrayList<>();
    List<RateDistortion.Entry> entries = new ArrayList<>();
    for (Quality quality : qualities) {
      RoundTrip trip = RoundTrip.of(detector.codec(), name, pyramid, quality);
      entries.add(trip.entry());
      decoded.add(find(trip.decoded()));
      step(done);
    }
    return new Seen(
        sample.labels(),
        pyramid.float32Bytes(),
        RateDistortion.pixels(pyramid),
        backbone,
        uncompressed,
        decoded,
        entries);
  }

  private Found find(FeaturePyramid pyramid) {
    long start = System.nanoTime();
    Detections detections = detector.detect(pyramid);
    return new Found(detections, (System.nanoTime() - start) * 1e-9);
  }

  private void step(Runnable done) {
    synchronized (this) {
      done.run();
    }
    if (Thread.interrupted()) {
      throw new CancellationException();
    }
  }

  private Outcome summary(List<Category> categories, int[] indexes, List<Seen> seen) {
    DetectionDataset labels =
        new DetectionDataset(categories, seen.stream().map(Seen::labels).toList());
    CocoEvaluator evaluator = new CocoEvaluator(labels, Region.BOX);
    Detection uncompressed =
        detection(evaluator, indexes, seen, seen.stream().map(Seen::uncompressed).toList());
    if (Double.isNaN(uncompressed.metrics.ap())) {
      throw new IllegalArgumentException(
          "no object is labelled in the pictures: there is nothing to find");
    }
    long raw = seen.stream().mapToLong(Seen::rawBytes).sum();
    long pixels = seen.stream().mapToLong(Seen::pixels).sum();
    List<Coded> coded = new ArrayList<>();
    List<RateAccuracy.Point> points = new ArrayList<>();
    for (int i = 0; i < qualities.size(); i++) {
      int q = i;
      RateDistortion rate =
          RateDistortion.of(
              qualities.get(q), seen.stream().map(s -> s.entries.get(q)).toList(), raw, pixels);
      Detection detection =
          detection(evaluator, indexes, seen, seen.stream().map(s -> s.decoded.get(q)).toList());
      coded.add(new Coded(rate, detection));
      points.add(
          new RateAccuracy.Point(
              rate.quality().level(),
              rate.bytes(),
              rate.bpp(),
              rate.ratio(),
              detection.metrics.ap50(),
              detection.metrics.ap()));
    }
    RateAccuracy curve =
        new RateAccuracy(
            8.0 * raw / pixels, uncompressed.metrics.ap50(), uncompressed.metrics.ap(), points);
    return new Outcome(
        labels, curve, uncompressed, coded, raw, Seconds.median(seen, Seen::backboneSeconds));
  }

  private static Detection detection(
      CocoEvaluator evaluator, int[] indexes, List<Seen> seen, List<Found> found) {
    List<CocoResult> results = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      for (CocoResult result : CocoResult.of(seen.get(i).labels.id(), found.get(i).detections)) {
        int category = indexes[result.category()];
        if (category >= 0) {
          results.add(new CocoResult(result.image(), category, result.box(), result.score()));
        }
      }
    }
    return new Detection(
        evaluator.evaluate(results), results, Seconds.median(found, Found::seconds));
  }

  /** For each class of the detector, the index of the category of this name, or -1. */
  private int[] categories(List<Category> categories) {
    List<String> names = categories.stream().map(c -> plain(c.name())).toList();
    int[] indexes =
        detector.classes().stream().mapToInt(name -> names.indexOf(plain(name))).toArray();
    for (int index : indexes) {
      if (index >= 0) {
        return indexes;
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "the detector of %s finds %s, the pictures are labelled with %s: name another pack with --model",
            detector.codec().pack().name(),
            detector.classes(),
            categories.stream().map(Category::name).toList()));
  }

  private static String plain(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }
}
