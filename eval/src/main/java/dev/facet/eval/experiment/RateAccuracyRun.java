package dev.facet.eval.experiment;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.LevelError;
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
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

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

  /** Everything that is known, by codec, and there by picture and quality. */
  private final class Pieces implements AutoCloseable {
    private record Place(int picture, int quality) {}

    private final List<Journal.Book> books = new ArrayList<>();
    private final List<Map<Place, Piece>> known = new ArrayList<>();

    Pieces() throws IOException {
      try {
        open("uncompressed", "");
        for (Contender contender : contenders) {
          open(contender.name(), contender.key());
        }
      } catch (IOException | RuntimeException e) {
        close();
        throw e;
      }
    }

    private void open(String name, String key) throws IOException {
      Journal.Book book = journal.open(name, key);
      books.add(book);
      Map<Place, Piece> map = new ConcurrentHashMap<>();
      book.pieces().forEach(piece -> map.put(new Place(piece.picture(), piece.quality()), piece));
      known.add(map);
    }

    /**
     * @param codec 0 for none, else the contender's number from 1 on
     */
    @Nullable Piece get(int codec, int picture, int quality) {
      return known.get(codec).get(new Place(picture, quality));
    }

    void add(int codec, Piece piece) throws IOException {
      books.get(codec).add(piece);
      known.get(codec).put(new Place(piece.picture(), piece.quality()), piece);
    }

    /** Of one codec and quality, in the order of the pictures. */
    List<Piece> of(int codec, int quality, int pictures) {
      return IntStream.range(0, pictures)
          .mapToObj(i -> Objects.requireNonNull(get(codec, i, quality)))
          .toList();
    }

    @Override
    public void close() throws IOException {
      for (Journal.Book book : books) {
        book.close();
      }
    }
  }

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
    int[] categories = categories(samples.categories());
    LabelledImage[] labels = new LabelledImage[samples.count()];
    long[] pixels = new long[samples.count()];
    try (Pieces pieces = new Pieces();
        Parallel parallel = new Parallel(threads)) {
      parallel.forEach(
          labels.length,
          i -> {
            try {
              Sample sample = samples.reader().read(i);
              labels[i] = sample.labels();
              pixels[i] = (long) sample.picture().height() * sample.picture().width();
              look(i, sample, pieces, done);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      return summary(
          new DetectionDataset(samples.categories(), List.of(labels)),
          LongStream.of(pixels).sum(),
          categories,
          pieces);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CancellationException e) {
      throw new InterruptedException("interrupted");
    }
  }

  private void look(int index, Sample sample, Pieces pieces, Runnable done) throws IOException {
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
        step(done);
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

  private void step(Runnable done) {
    synchronized (this) {
      done.run();
    }
    if (Thread.interrupted()) {
      throw new CancellationException();
    }
  }

  private List<Outcome> summary(
      DetectionDataset labels, long pixels, int[] indexes, Pieces pieces) {
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
            detector.name(),
            detector.classes(),
            categories.stream().map(Category::name).toList()));
  }

  private static String plain(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }
}
