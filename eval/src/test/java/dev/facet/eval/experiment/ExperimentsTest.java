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
import dev.facet.eval.jpeg2000.Jpeg2000Provider;
import dev.facet.eval.scenes.SceneGenerator;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
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
  }

  private static Experiment.Result run(String name, Experiment.Listener listener)
      throws IOException, InterruptedException {
    try (Backend backend = Backends.open()) {
      return Experiments.find(name)
          .orElseThrow()
          .run(
              new Experiment.Setting(
                  pack,
                  backend,
                  SAMPLES,
                  "two scenes",
                  2,
                  folder.resolve("progress"),
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

  @Test
  void everyExperimentHasANameOfItsOwn() {
    assertThat(Experiments.all().stream().map(Experiment::name)).doesNotHaveDuplicates();
    assertThat(Experiments.find("s9-nothing")).isEmpty();
    assertThat(Experiments.all()).allMatch(each -> each.title().contains("Kim et al. 2023"));
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

  private static List<Object> column(ResultTable table, String name) {
    int index = table.head().indexOf(name);
    List<Object> cells = new ArrayList<>();
    table.rows().forEach(row -> cells.add(row.get(index)));
    return cells;
  }
}
