package dev.facet.eval.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.LevelError;
import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.codec.internal.RandomModel;
import dev.facet.nn.Tensor;
import dev.facet.testing.TinyDetector;
import dev.facet.testing.TinyPack;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RateDistortionTest {
  private static final List<Path> FILES = List.of(Path.of("1"), Path.of("22"));

  @TempDir private static Path folder;
  private static FeatureCodec codec;

  @BeforeAll
  static void open() throws IOException {
    codec = FeatureCodecs.open(ModelPack.load(tinyPack(folder.resolve("tiny"), TinyPack.CLASSES)));
  }

  @AfterAll
  static void close() {
    codec.close();
  }

  /** As large as the name is long. */
  private static FeaturePyramid pyramid(Path file) {
    int side = 8 * file.toString().length();
    Random random = new Random(side);
    List<Tensor> levels = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Tensor level = Tensor.zeros(side >> i, side >> i, 16);
      for (int k = 0; k < level.data().length; k++) {
        level.data()[k] = (float) random.nextGaussian();
      }
      levels.add(level);
    }
    return FeaturePyramid.of(levels);
  }

  @Test
  void sumsBytesAndAveragesErrors() throws Exception {
    List<Quality> qualities = List.of(Quality.of(1), Quality.of(0));
    List<String> steps = new ArrayList<>();
    List<RateDistortion> points =
        RateDistortion.run(
            codec, FILES, RateDistortionTest::pyramid, qualities, () -> steps.add(""));
    assertThat(steps).hasSize(4);
    assertThat(points.stream().map(RateDistortion::quality)).isEqualTo(qualities);
    long bytes = 0;
    List<LevelError> errors = new ArrayList<>();
    for (Path file : FILES) {
      byte[] stream = codec.encode(pyramid(file), Quality.of(1));
      bytes += stream.length;
      errors.add(pyramid(file).compare(codec.decode(stream)).getFirst());
    }
    RateDistortion point = points.getFirst();
    assertThat(point.bytes()).isEqualTo(bytes);
    // a position of p2 stands for 4 x 4 pixels
    assertThat(point.bpp()).isEqualTo(8.0 * bytes / (16 * (64 + 256)));
    LevelError p2 = point.levels().getFirst();
    assertThat(p2.psnr())
        .isCloseTo((errors.get(0).psnr() + errors.get(1).psnr()) / 2, within(1e-9));
    assertThat(p2.mse()).isCloseTo((errors.get(0).mse() + errors.get(1).mse()) / 2, within(1e-9));
    assertThat(p2.largest()).isEqualTo(Math.max(errors.get(0).largest(), errors.get(1).largest()));
  }

  @Test
  void namesThePyramidThatCannotBeCoded() {
    List<Quality> qualities = List.of(Quality.of(1));
    RateDistortion.Reader nan =
        file -> {
          FeaturePyramid pyramid = pyramid(file);
          pyramid.level(1).data()[0] = Float.NaN;
          return pyramid;
        };
    assertThatThrownBy(() -> RateDistortion.run(codec, FILES, nan, qualities, () -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("1: p3 is NaN at row 0");
    RateDistortion.Reader missing =
        file -> {
          throw new NoSuchFileException(file.toString());
        };
    assertThatThrownBy(() -> RateDistortion.run(codec, FILES, missing, qualities, () -> {}))
        .isInstanceOf(NoSuchFileException.class);
    Runnable interrupt = () -> Thread.currentThread().interrupt();
    assertThatThrownBy(() ->
            RateDistortion.run(codec, FILES, RateDistortionTest::pyramid, qualities, interrupt))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void secondsAreTheMedian() {
    assertThat(Seconds.median(List.of(9.0, 1.0, 2.0), s -> s)).isEqualTo(2);
    assertThat(Seconds.median(List.of(9.0, 1.0, 2.0, 3.0), s -> s)).isEqualTo(2.5);
  }

  private static Path tinyPack(Path folder, String classes) throws IOException {
    RandomModel codec =
        new RandomModel(5, TinyDetector.CHANNELS, TinyPack.LATENT, true, TinyPack.QUALITIES);
    return TinyPack.write(folder, codec.weights(), classes);
  }
}
