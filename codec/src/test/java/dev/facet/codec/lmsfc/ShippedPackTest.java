package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shipped variable-rate packs against PyTorch: their {@code sample.safetensors} hold what training/lmsfc.py made of an example
 * pyramid at a trained quality and between two, stored by training/export.py.
 */
final class ShippedPackTest {
  private static final Path MODELS = Path.of("..", "models");

  /** Of float32 PyTorch against float32 Facet, relative to the tensor's largest value. */
  private static final double TOLERANCE = 2e-5;

  @ParameterizedTest
  @CsvSource({
    "aquarium, 3",
    "aquarium, 2.5",
    "scenes, 3",
    "scenes, 2.5",
    "scenes-1024, 3",
    "scenes-1024, 2.5"
  })
  void symbolsAndFeaturesAreThoseOfPyTorch(String name, String level) throws Exception {
    Quality quality = Quality.of(Double.parseDouble(level));
    Path folder = MODELS.resolve(name);
    Checkpoint sample = Checkpoint.load(folder.resolve("sample.safetensors"));
    ModelPack pack = ModelPack.load(folder);
    FeaturePyramid pyramid = pack.example().orElseThrow();
    String prefix = "q" + level + ".";
    try (Backend backend = Backends.open();
        LmsfcCodec codec = new LmsfcCodec(pack, backend, false, StreamLimits.DEFAULT)) {
      LmsfcCodec.Coded coded = codec.quantize(pyramid, quality);
      assertThat(symbols(coded.z().symbols(), coded.z().yHat()))
          .isEqualTo(sample.get(prefix + "z_symbols").ints());
      assertThat(symbols(coded.y().symbols(), coded.y().yHat()))
          .isEqualTo(sample.get(prefix + "symbols").ints());
      FeaturePyramid decoded = codec.decode(codec.encode(pyramid, quality));
      for (int i = 0; i < decoded.size(); i++) {
        close(sample.get(prefix + decoded.name(i)), decoded.level(i));
      }
    }
  }

  /** The pack states its digest, and opening it checks that weights and tables still have it. */
  @ParameterizedTest
  @ValueSource(strings = {"aquarium", "scenes", "scenes-1024"})
  void digestIsStatedAndRight(String name) throws Exception {
    ModelPack pack = ModelPack.load(MODELS.resolve(name));
    assertThat(pack.statedDigest()).isPresent();
    FeatureCodecs.open(pack).close();
  }

  private static int[] symbols(int[] values, Tensor shape) {
    float[] chw =
        Tensor.of(shape.height(), shape.width(), shape.channels(), toFloats(values)).toChw();
    int[] result = new int[chw.length];
    for (int i = 0; i < chw.length; i++) {
      result[i] = (int) chw[i];
    }
    return result;
  }

  private static float[] toFloats(int[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = values[i];
    }
    return floats;
  }

  private static void close(CheckpointTensor expected, Tensor actual) {
    float[] e = expected.floats();
    float[] a = actual.toChw();
    assertThat(a).hasSameSizeAs(e);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < e.length; i++) {
      largest = Math.max(largest, Math.abs(e[i]));
      worst = Math.max(worst, Math.abs(e[i] - a[i]));
    }
    assertThat(worst / largest).as(expected.name()).isLessThan(TOLERANCE);
  }
}
