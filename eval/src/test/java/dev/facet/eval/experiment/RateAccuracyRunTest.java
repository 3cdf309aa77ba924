package dev.facet.eval.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.LevelError;
import dev.facet.codec.ModelCodec;
import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.codec.internal.RandomModel;
import dev.facet.eval.dataset.CocoResult;
import dev.facet.eval.dataset.DetectionDataset;
import dev.facet.eval.dataset.LabelledImage;
import dev.facet.eval.experiment.RateAccuracyRun.Coded;
import dev.facet.eval.experiment.RateAccuracyRun.Outcome;
import dev.facet.eval.metric.CocoEvaluator;
import dev.facet.eval.metric.Region;
import dev.facet.eval.scenes.SceneGenerator;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.testing.TinyDetector;
import dev.facet.testing.TinyPack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RateAccuracyRunTest {
  private static final int SCENES = 3;
  private static final List<Quality> QUALITIES =
      List.of(Quality.of(0), Quality.of(0.5), Quality.of(1));
  private static final Samples SAMPLES = Samples.of(SceneGenerator.of(7, 256, 128), SCENES);

  @TempDir private static Path folder;
  private static Backend backend;
  private static SplitDetector detector;
  private static ModelCodec codec;

  @BeforeAll
  static void open() throws IOException {
    backend = Backends.open();
    ModelPack pack = pack("tiny", TinyPack.CLASSES);
    detector = new SplitDetector(pack, backend);
    codec = FeatureCodecs.open(pack, backend);
  }

  private static ModelPack pack(String name, String classes) throws IOException {
    return ModelPack.load(tinyPack(folder.resolve(name), classes));
  }

  @AfterAll
  static void close() {
    codec.close();
    backend.close();
  }

  /** Against the same written down picture by picture: the rate, the distortion, and what the evaluator says of the detections. */
  @Test
  void isTheSumOfItsPictures() throws Exception {
    AtomicInteger steps = new AtomicInteger();
    RateAccuracyRun run = run(detector, 2);
    Outcome outcome = run.run(SAMPLES, steps::incrementAndGet).getFirst();
    assertThat(steps).hasValue(SCENES * 4).hasValue(run.steps(SCENES));
    assertThat(outcome.pictures()).isEqualTo(SCENES);
    assertThat(outcome.coded().stream().map(c -> c.rate().quality())).isEqualTo(QUALITIES);

    List<LabelledImage> labels = new ArrayList<>();
    List<CocoResult> uncompressed = new ArrayList<>();
    List<CocoResult> decoded = new ArrayList<>();
    long raw = 0;
    long bytes = 0;
    double mse = 0;
    for (int i = 0; i < SCENES; i++) {
      Sample sample = SAMPLES.reader().read(i);
      labels.add(sample.labels());
      FeaturePyramid pyramid = detector.features(sample.picture());
      byte[] stream = codec.encode(pyramid, Quality.of(0.5));
      FeaturePyramid back = codec.decode(stream);
      raw += pyramid.float32Bytes();
      bytes += stream.length;
      mse += pyramid.compare(back).get(2).mse() / SCENES;
      uncompressed.addAll(CocoResult.of(sample.labels().id(), detector.detect(pyramid)));
      decoded.addAll(CocoResult.of(sample.labels().id(), detector.detect(back)));
    }
    Coded half = outcome.coded().get(1);
    assertThat(outcome.rawBytes()).isEqualTo(raw);
    assertThat(half.rate().bytes()).isEqualTo(bytes);
    assertThat(half.rate().bpp()).isEqualTo(8.0 * bytes / (SCENES * 256 * 128));
    assertThat(half.rate().ratio()).isEqualTo(raw / (double) bytes);
    LevelError p4 = half.rate().levels().get(2);
    assertThat(p4.level()).isEqualTo("p4");
    assertThat(p4.mse()).isCloseTo(mse, within(1e-12 * mse));
    assertThat(uncompressed).as("a random detector finds things").isNotEmpty();
    assertThat(outcome.uncompressed().results()).isEqualTo(uncompressed);
    assertThat(half.detection().results()).isEqualTo(decoded).isNotEqualTo(uncompressed);
    CocoEvaluator evaluator =
        new CocoEvaluator(new DetectionDataset(SAMPLES.categories(), labels), Region.BOX);
    assertThat(half.detection().metrics()).isEqualTo(evaluator.evaluate(decoded));
    assertThat(outcome.curve().uncompressedAp50())
        .isEqualTo(evaluator.evaluate(uncompressed).ap50());
    assertThat(outcome.curve().uncompressedBpp()).isEqualTo(8.0 * raw / (SCENES * 256 * 128));
  }

  @Test
  void threadsChangeNothingButTimes() throws Exception {
    Outcome one = run(detector, 1).run(SAMPLES, () -> {}).getFirst();
    Outcome three = run(detector, 3).run(SAMPLES, () -> {}).getFirst();
    assertThat(three.curve()).isEqualTo(one.curve());
    assertThat(three.labels()).isEqualTo(one.labels());
    for (int q = 0; q < QUALITIES.size(); q++) {
      assertThat(three.coded().get(q).rate().levels())
          .isEqualTo(one.coded().get(q).rate().levels());
      assertThat(three.coded().get(q).detection().results())
          .isEqualTo(one.coded().get(q).detection().results());
    }
  }

  /** Classes are matched by name, wherever they stand; what the labels do not have is no false alarm. */
  @Test
  void classesAreMatchedByName() throws Exception {
    SplitDetector other = new SplitDetector(pack("other", "\"Bus \", \"car\", \"zebra\""), backend);
    Outcome outcome = run(other, 2).run(SAMPLES, () -> {}).getFirst();
    List<CocoResult> expected =
        run(detector, 2).run(SAMPLES, () -> {}).getFirst().uncompressed().results().stream()
            .filter(r -> r.category() < 2)
            .map(r -> new CocoResult(r.image(), r.category() == 0 ? 2 : 0, r.box(), r.score()))
            .toList();
    assertThat(outcome.uncompressed().results()).isEqualTo(expected).isNotEmpty();
    SplitDetector zoo = new SplitDetector(pack("zoo", "\"zebra\", \"gnu\", \"okapi\""), backend);
    assertThatThrownBy(() -> run(zoo, 1).run(SAMPLES, () -> {}).getFirst())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("finds [zebra, gnu, okapi], the pictures are labelled with [car,");
  }

  @Test
  void canBeInterrupted() {
    AtomicInteger steps = new AtomicInteger();
    Runnable interrupt =
        () -> {
          if (steps.incrementAndGet() == 2) {
            Thread.currentThread().interrupt();
          }
        };
    assertThatThrownBy(() -> run(detector, 1).run(SAMPLES, interrupt))
        .isInstanceOf(InterruptedException.class);
    assertThat(steps).hasValue(2);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    Samples blank =
        new Samples(
            SAMPLES.categories(),
            1,
            i -> {
              Sample sample = SAMPLES.reader().read(i);
              LabelledImage image = sample.labels();
              return new Sample(
                  new LabelledImage(
                      image.id(), image.file(), image.width(), image.height(), List.of()),
                  sample.picture());
            });
    assertThatThrownBy(() -> run(detector, 1).run(blank, () -> {}).getFirst())
        .hasMessageContaining("no object is labelled");
    assertThatThrownBy(() -> Contender.of(codec, List.of(Quality.of(2))))
        .hasMessageContaining("quality 2 does not exist");
    assertThatThrownBy(() -> Contender.of(codec, List.of()))
        .hasMessageContaining("at least one is needed");
    assertThatThrownBy(() -> Samples.of(SceneGenerator.of(7), 0))
        .hasMessageContaining("no picture");
    Samples broken =
        new Samples(
            SAMPLES.categories(),
            2,
            i -> {
              throw new IOException("picture " + i);
            });
    assertThatThrownBy(() -> run(detector, 1).run(broken, () -> {}).getFirst())
        .isInstanceOf(IOException.class)
        .hasMessage("picture 0");
  }

  @Test
  void theReportIsOneFileWithEverythingInside() throws Exception {
    Outcome outcome = run(detector, 2).run(SAMPLES, () -> {}).getFirst();
    String html =
        new RateAccuracyReport(detector, SAMPLES, outcome)
            .html("A <title>", "3 scenes", Map.of("Machine", "a & b"), "facet demo --scenes 3");
    assertThat(html)
        .contains("A &lt;title&gt;", "3 scenes", "a &amp; b", "facet demo --scenes 3", "<svg")
        .doesNotContain("src=\"http", "url(", "<script");
    // a picture with its labels, uncompressed and at two qualities; two mosaics
    assertThat(html.split("<img ", -1)).hasSize(1 + SCENES * 4 + 2);
    for (Coded coded : outcome.coded()) {
      assertThat(html).contains(String.format(Locale.ROOT, "<td>%.4f</td>", coded.rate().bpp()));
    }
  }

  private static RateAccuracyRun run(SplitDetector of, int threads) {
    return new RateAccuracyRun(
        of, List.of(Contender.of(codec, QUALITIES)), threads, Journal.none());
  }

  private static Path tinyPack(Path folder, String classes) throws IOException {
    RandomModel codec =
        new RandomModel(5, TinyDetector.CHANNELS, TinyPack.LATENT, true, TinyPack.QUALITIES);
    return TinyPack.write(folder, codec.weights(), classes);
  }
}
