package dev.facet.eval.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.codec.internal.RandomModel;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.video.VideoCodecs;
import dev.facet.codec.video.VideoStandard;
import dev.facet.eval.dataset.Annotation;
import dev.facet.eval.dataset.BoundingBox;
import dev.facet.eval.jpeg2000.Jpeg2000Provider;
import dev.facet.eval.scenes.SceneGenerator;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.testing.TinyClassifier;
import dev.facet.testing.TinyDetector;
import dev.facet.testing.TinyPack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every experiment from start to finish, with a small random pack and the embedded video codec. */
class ExperimentsTest {
  private static final int SCENES = 2;
  private static final Samples SAMPLES = Samples.of(SceneGenerator.of(7, 256, 128), SCENES);

  @TempDir private static Path folder;
  private static ModelPack pack;
  private static List<ModelPack> classifiers = List.of();

  /** Counts what it is told. */
  private static final class Counter implements Experiment.Listener {
    final AtomicInteger expected = new AtomicInteger();
    final AtomicInteger steps = new AtomicInteger();

    @Override
    public void begin(int count) {
      expected.set(count);
    }

    @Override
    public void step() {
      steps.incrementAndGet();
    }
  }

  @BeforeAll
  static void makePack() throws IOException {
    RandomModel model =
        new RandomModel(5, TinyDetector.CHANNELS, TinyPack.LATENT, true, TinyPack.QUALITIES);
    pack =
        ModelPack.load(TinyPack.write(folder.resolve("tiny"), model.weights(), TinyPack.CLASSES));
    String known = "\"bus\", \"pedestrian\", \"traffic sign\", \"car\", \"truck\", \"bicycle\"";
    classifiers =
        List.of(
            classifier("vgg", "vgg16", TinyClassifier.vgg16(3, 6), known),
            classifier("res", "resnet", TinyClassifier.resNet10(4, 6), known),
            classifier("zoo", "resnet", TinyClassifier.resNet10(5, 1), "\"zebra\""));
  }

  private static ModelPack classifier(String name, String arch, Checkpoint weights, String classes)
      throws IOException {
    return ModelPack.load(TinyClassifier.write(folder.resolve(name), arch, weights, classes));
  }

  private static Experiment.Result run(String name, Experiment.Listener listener)
      throws IOException, InterruptedException {
    return run(name, "progress", 2, listener);
  }

  private static Experiment.Result run(
      String name, String progress, int threads, Experiment.Listener listener)
      throws IOException, InterruptedException {
    try (Backend backend = Backends.open()) {
      return Experiments.find(name)
          .orElseThrow()
          .run(
              new Experiment.Setting(
                  pack,
                  classifiers,
                  backend,
                  SAMPLES,
                  "two scenes",
                  threads,
                  folder.resolve(progress),
                  VideoCodecs.of(List.of(new Jpeg2000Provider())),
                  listener));
    }
  }

  @Test
  void bdRateAndNearLosslessShareTheirPoints() throws Exception {
    Counter counter = new Counter();
    Experiment.Result result = run("s3-bdrate", counter);
    // uncompressed, the pack's qualities, and 7 QPs of two anchors
    assertThat(counter.expected).hasValue(SCENES * (1 + TinyPack.QUALITIES + 2 * 7));
    assertThat(counter.steps).hasValue(counter.expected.get());
    ResultTable table = result.tables().getFirst();
    assertThat(table.name()).isEqualTo("table2");
    assertThat(column(table, "codec"))
        .containsOnly("lmsfc-gain", "image-jpeg2000")
        .hasSize(2 * 2 * 3);
    assertThat(column(table, "paper_percent")).contains(-98.22, -93.95, -69.86);
    ResultTable points = result.tables().get(1);
    assertThat(points.rows()).hasSize(1 + TinyPack.QUALITIES + 2 * 7);
    for (Map<String, ?> row : points.json()) {
      assertThat((Double) row.get("compression_rate"))
          .isCloseTo(1 / (Double) row.get("ratio"), within(1e-12));
      assertThat((Double) row.get("fidelity")).isBetween(0.0, 1.0);
    }
    assertThat(result.summary()).hasSize(2).allMatch(line -> line.contains("(paper: -9"));
    assertThat(result.page().html())
        .contains("What differs from the paper", "OpenImages V6", "two scenes", "<svg");

    Counter again = new Counter();
    long kept = kept();
    Experiment.Result nearLossless = run("s3-near-lossless", again);
    assertThat(kept()).as("nothing was coded again").isEqualTo(kept).isPositive();
    assertThat(again.steps).hasValue(counter.expected.get());
    assertThat(nearLossless.tables().get(1).csv()).isEqualTo(points.csv());
    assertThat(column(nearLossless.tables().getFirst(), "paper_bpp")).contains(0.031, 0.735, 1.128);
    assertThat(nearLossless.summary()).hasSize(3);
  }

  @Test
  void layersAreDistortedOneAtATime() throws Exception {
    Experiment.Result result = run("s3-layerwise", new Counter());
    ResultTable table = result.tables().getFirst();
    assertThat(table.rows()).hasSize(5 * TinyPack.QUALITIES);
    assertThat(column(table, "distorted").stream().distinct().toList())
        .isEqualTo(List.of("p2", "p3", "p4", "p5", "all levels"));
    assertThat(column(table, "mse").subList(0, 4 * TinyPack.QUALITIES))
        .allMatch(mse -> mse instanceof Double number && number > 0);
    assertThat(result.summary()).isNotEmpty().allMatch(line -> line.contains("-only costs most"));
  }

  /** From start to finish, once more from what was kept, and with another number of threads. */
  @Test
  void distortionsOfPicturesAndFeatures() throws Exception {
    Counter counter = new Counter();
    Experiment.Result result = run("s0-distortions", "s0", 1, counter);
    assertThat(counter.steps).hasValue(counter.expected.get()).hasValue(SCENES * (1 + 57));
    ResultTable table = result.tables().getFirst();
    assertThat(table.rows()).hasSize(1 + 37);
    assertThat(column(table, "paper_map")).contains(40.3, 34.8, 10.5, 5.8, 37.1, 8.6);
    assertThat(table.head())
        .contains("accuracy_vgg", "accuracy_res")
        .doesNotContain("accuracy_zoo");
    for (Map<String, ?> row : table.json()) {
      boolean image = row.get("condition").toString().startsWith("Image");
      assertThat(row.get("ssim_i") != null).isEqualTo(image);
      assertThat((Double) row.get("accuracy_vgg")).isBetween(0.0, 100.0);
    }
    // more noise is less similar, and the same on both
    List<Object> psnr = column(table, "psnr_f");
    int noise = column(table, "condition").indexOf("Feature(sigma=1)");
    assertThat((Double) psnr.get(noise)).isBetween(47.0, 49.0); // 255 to 1 are 48.13 dB
    assertThat((Double) psnr.get(noise + 4)).isLessThan((Double) psnr.get(noise + 2));
    assertThat(result.summary()).hasSize(5).allMatch(line -> line.contains("(paper: "));

    long kept = size("s0");
    assertThat(run("s0-distortions", "s0", 2, new Counter()).tables().getFirst().csv())
        .isEqualTo(table.csv());
    assertThat(size("s0")).as("nothing was measured again").isEqualTo(kept);
    assertThat(run("s0-distortions", "s0-again", 2, new Counter()).tables().getFirst().csv())
        .isEqualTo(table.csv());
  }

  /** As {@link #distortionsOfPicturesAndFeatures}. */
  @Test
  void rateAndFidelityOfEachLayer() throws Exception {
    Counter counter = new Counter();
    Experiment.Result result = run("s1-rate-fidelity", "s1", 1, counter);
    int rows = 4 * (10 + 6);
    assertThat(counter.steps)
        .hasValue(counter.expected.get())
        .hasValue(SCENES * (1 + rows + 1 + 4 * 4));
    ResultTable table = result.tables().getFirst();
    assertThat(table.rows()).hasSize(2 * rows + 4 * 4);
    assertThat(column(table, "paper_rate")).contains(0.116, 0.006, 0.063, 0.061, null);
    for (Map<String, ?> row : table.json()) {
      assertThat((Double) row.get("compression_rate")).isPositive();
      assertThat((Double) row.get("fidelity")).isBetween(0.0, 1.0);
    }
    List<Object> rates = column(table, "compression_rate");
    for (int layer = 0; layer < rows; layer += 4) {
      assertThat((Double) rates.get(layer + 3))
          .as("QP 42 costs less than QP 12")
          .isLessThan((Double) rates.get(layer));
    }
    assertThat(result.tables().get(1).rows()).hasSize(2 * 2 + 1);
    assertThat(result.page().html()).contains("PKU VehicleID", "two scenes", "<svg");

    long kept = size("s1");
    assertThat(run("s1-rate-fidelity", "s1", 2, new Counter()).tables().getFirst().csv())
        .isEqualTo(table.csv());
    assertThat(size("s1")).as("nothing was measured again").isEqualTo(kept);
    assertThat(run("s1-rate-fidelity", "s1-again", 2, new Counter()).tables().getFirst().csv())
        .isEqualTo(table.csv());
  }

  @Test
  void fidelityNeedsAClassificationNetwork() {
    List<ModelPack> all = classifiers;
    classifiers = all.subList(2, 3); // it knows zebras
    try {
      assertThatThrownBy(() -> run("s1-rate-fidelity", new Counter()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no classification network knows a class of the pictures");
    } finally {
      classifiers = all;
    }
  }

  @Test
  void thePapersTableIsReadAsPrinted() {
    assertThat(ChenTable.find("vgg16", "conv1", ChenTable.Task.CLASSIFICATION, 12))
        .isEqualTo(new ChenTable.Figures(0.116, 0.996));
    assertThat(ChenTable.find("vgg16", "pool5", ChenTable.Task.RETRIEVAL, 42))
        .isEqualTo(new ChenTable.Figures(0.146, 0.960));
    assertThat(ChenTable.find("resnet", "conv4", ChenTable.Task.DETECTION, 32))
        .isEqualTo(new ChenTable.Figures(0.029, 0.926));
    assertThat(ChenTable.find("vgg16", "pool3", ChenTable.Task.RETRIEVAL, 12)).isNull();
    assertThat(ChenTable.find("resnet", "pyramid", ChenTable.Task.DETECTION, 12)).isNull();
  }

  @Test
  void objectsAreFoundByTheirFeatures() {
    BoundingBox box = new BoundingBox(0, 0, 30, 30);
    Annotation car = new Annotation(0, box);
    Annotation bus = new Annotation(1, box);
    RetrievalGallery gallery =
        new RetrievalGallery(
            List.of(
                new RetrievalGallery.Document(car, new float[] {1, 0}),
                new RetrievalGallery.Document(bus, new float[] {0, 1}),
                new RetrievalGallery.Document(car, new float[] {0.6f, 0.8f}),
                new RetrievalGallery.Document(bus, new float[] {0.8f, 0.6f})));
    List<Integer> ranking = gallery.rank(0, gallery.embedding(0));
    assertThat(ranking).containsExactly(3, 2, 1);
    assertThat(gallery.averagePrecision(0, ranking)).isEqualTo(0.5);
    Annotation first = new Annotation(0, box, 900, false, null, 1L);
    Annotation second = new Annotation(0, box, 900, false, null, 2L);
    RetrievalGallery.Document query = new RetrievalGallery.Document(first, new float[] {1, 0});
    assertThat(query.wants(new RetrievalGallery.Document(second, new float[] {1, 0}))).isFalse();
    assertThat(query.wants(new RetrievalGallery.Document(first, new float[] {1, 0}))).isTrue();
    assertThat(query.wants(new RetrievalGallery.Document(car, new float[] {1, 0}))).isTrue();
  }

  @Test
  void cropsAreSquaresAroundTheObject() throws Exception {
    try (Backend backend = Backends.open()) {
      Tensor picture = Tensor.zeros(20, 40, 1);
      for (int i = 0; i < picture.data().length; i++) {
        picture.data()[i] = 1 + i;
      }
      Tensor crop = Crops.cut(backend, picture, new BoundingBox(30, 4, 16, 8));
      assertThat(List.of(crop.height(), crop.width())).containsExactly(20, 20);
      // centre (38, 8), side 1.25 * 16: columns 28 to 47, rows -2 to 17
      assertThat(crop.get(1, 5, 0)).isZero();
      assertThat(crop.get(2, 0, 0)).isEqualTo(picture.get(0, 28, 0));
      assertThat(crop.get(19, 11, 0)).isEqualTo(picture.get(17, 39, 0));
      assertThat(crop.get(19, 12, 0)).isZero();
    }
  }

  @Test
  void everyExperimentHasANameOfItsOwn() {
    assertThat(Experiments.all().stream().map(Experiment::name)).doesNotHaveDuplicates();
    assertThat(Experiments.find("s9-nothing")).isEmpty();
    assertThat(Experiments.all())
        .allMatch(each -> each.title().matches(".*(S0|Chen et al. 2019|Kim et al. 2023),.*"));
  }

  @Test
  void anchorsGoToTheCoarsestQp() throws Exception {
    assertThat(AnchorRun.qps(VideoStandard.HEVC))
        .isEqualTo(List.of(51, 47, 42, 37, 32, 27, 22).stream().map(Quality::of).toList());
    assertThat(AnchorRun.qps(VideoStandard.VVC)).hasSize(10).contains(Quality.of(63));
    assertThat(AnchorRun.name(CodecId.ANCHOR, VideoStandard.VVC)).isEqualTo("anchor-vvc");
    assertThatThrownBy(() -> Anchors.standards(VideoCodecs.of(List.of())))
        .isInstanceOf(IOException.class);
  }

  @Test
  void tablesKeepAllDigits() {
    ResultTable table = ResultTable.of("t", "name", "value", "count");
    table.row("a, \"b\"", 1 / 3.0, 12_345_678L).row(null, Double.NaN, 5);
    assertThat(table.csv())
        .isEqualTo("name,value,count\n\"a, \"\"b\"\"\",0.3333333333333333,12345678\n,,5\n");
    assertThat(table.text().getFirst()).isEqualTo(List.of("a, \"b\"", "0.3333", "12,345,678"));
    assertThat(table.json().get(1)).containsEntry("value", null).containsEntry("count", 5);
    assertThatThrownBy(() -> table.row("too few")).isInstanceOf(IllegalArgumentException.class);
  }

  /** Bytes of the results of all codecs. */
  private static long kept() throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder.resolve("progress"))) {
      for (Path file : files.filter(f -> f.toString().contains("jpeg2000-")).toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  /** Bytes of all results in a folder. */
  private static long size(String progress) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder.resolve(progress))) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  private static List<Object> column(ResultTable table, String name) {
    int index = table.head().indexOf(name);
    List<Object> cells = new ArrayList<>();
    table.rows().forEach(row -> cells.add(row.get(index)));
    return cells;
  }
}
