package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.codec.CodecConfig;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelDescription;
import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.ReferenceFile;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.testing.FormulaFill;
import dev.facet.testing.Golden;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The official files: what the reference wrote decodes to its features, and its input encodes to its bytes. Sections A (full
 * size, weights by formula) and B (small, real checkpoint files), each with the tables of two torch versions.
 */
final class GoldenStreamTest {
  private static final Quality QUALITY = Quality.of(0);

  /** Largest error of a decoded level against float64, relative to the level's largest value. */
  private static final double TOLERANCE = 5e-5;

  private static Backend backend;

  @BeforeAll
  static void open() {
    Golden.require();
    backend = Backends.open("simd", 2);
  }

  @AfterAll
  static void close() {
    if (backend != null) {
      backend.close();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"ar128,128,true", "ar192,192,true", "noar192,192,false"})
  void officialFilesOfTheFullSizeModels(String model, int latent, boolean context)
      throws Exception {
    Checkpoint weights = FormulaFill.checkpoint("a/" + model + "/recipe.json");
    for (boolean torch2 : new boolean[] {false, true}) {
      try (LmsfcCodec codec = codec(weights, config(256, latent, context, torch2))) {
        for (String input : List.of("64x128", "64x96", "50x67")) {
          String file = torch2 ? "stream_table_213.bin" : "stream.bin";
          check(codec, GoldenModel.full(model, input), "a/%s/%s/%s".formatted(model, input, file));
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "small_ar,small_ar.pth,true",
    "small_noar,small_noar.pth,false",
    "small_ar_f16,small_ar_f16.safetensors,true",
    "small_ar_bf16,small_ar_bf16.safetensors,true"
  })
  void filesOfTheSmallModels(String model, String checkpoint, boolean context) throws Exception {
    Checkpoint weights = Checkpoint.load(Golden.path("b/checkpoints/" + checkpoint));
    for (boolean torch2 : new boolean[] {false, true}) {
      try (LmsfcCodec codec = codec(weights, config(24, 16, context, torch2))) {
        for (String input : List.of("64x64", "50x67")) {
          String suffix = torch2 ? "_table_213.bin" : ".bin";
          check(
              codec, GoldenModel.small(model, input), "b/%s/%s%s".formatted(model, input, suffix));
        }
      }
    }
  }

  private static CodecConfig config(int features, int latent, boolean context, boolean torch2) {
    return new CodecConfig(features, latent, context, 1, torch2 ? "torch-2.13" : "torch-1.13-avx2");
  }

  private static LmsfcCodec codec(Checkpoint weights, CodecConfig config) throws Exception {
    ModelDescription description =
        new ModelDescription(
            "golden", CodecId.LMSFC, config, List.of(), Map.of(), "", Map.of(), Optional.empty());
    return new LmsfcCodec(ModelPack.of(description, weights), backend, false, StreamLimits.DEFAULT);
  }

  private static void check(LmsfcCodec codec, GoldenModel golden, String file) throws Exception {
    byte[] official = Files.readAllBytes(Golden.path(file));
    FeaturePyramid pyramid = FeaturePyramid.of(golden.pyramid());
    LmsfcCodec.Coded coded = codec.quantize(pyramid, QUALITY);
    assertThat(chw(coded.z().symbols(), coded.z().yHat()))
        .as("symbols of z")
        .isEqualTo(golden.expected("z_symbols").ints());
    assertThat(chw(coded.y().indexes(), coded.y().yHat()))
        .as("table indexes of y")
        .isEqualTo(golden.expected("indexes").ints());
    assertThat(chw(coded.y().symbols(), coded.y().yHat()))
        .as("symbols of y")
        .isEqualTo(golden.expected("symbols").ints());
    assertThat(codec.encodeReference(pyramid, QUALITY).toBytes())
        .as("encoded file")
        .isEqualTo(official);

    FeaturePyramid decoded = codec.decodeReference(ReferenceFile.parse(official), QUALITY);
    StringBuilder errors = new StringBuilder();
    for (int i = 0; i < decoded.size(); i++) {
      errors.append(compare(golden, decoded.name(i), decoded.level(i)));
    }
    System.out.println(file + ": decoded features against float64," + errors);

    byte[] stream = codec.encode(pyramid, QUALITY);
    assertThat(codec.decode(stream).sameBits(decoded)).as("Facet stream").isTrue();
    assertThat(stream.length).isLessThan(official.length);
  }

  private static String compare(GoldenModel golden, String level, Tensor decoded) throws Exception {
    boolean exact = golden.isFull();
    Tensor actual =
        golden.stored(exact ? "stored_channels_f64" : "stored_channels", level, decoded);
    double[] expected = golden.expected(exact ? level + "_f64" : level).doubles();
    Tensor expectedShape = actual;
    assertThat(expected).hasSize(expectedShape.data().length);
    float[] values = actual.toChw();
    double largest = 0;
    double worst = 0;
    for (int k = 0; k < values.length; k++) {
      largest = Math.max(largest, Math.abs(expected[k]));
      worst = Math.max(worst, Math.abs(values[k] - expected[k]));
    }
    assertThat(worst / largest).as(level).isLessThan(TOLERANCE);
    return String.format(Locale.ROOT, " %s %.1e", level, worst / largest);
  }

  /** From (position, channel) to the golden files' (channel, position). */
  private static int[] chw(int[] values, Tensor shape) {
    int channels = shape.channels();
    int positions = values.length / channels;
    int[] result = new int[values.length];
    for (int i = 0; i < positions; i++) {
      for (int c = 0; c < channels; c++) {
        result[c * positions + i] = values[i * channels + c];
      }
    }
    return result;
  }
}
