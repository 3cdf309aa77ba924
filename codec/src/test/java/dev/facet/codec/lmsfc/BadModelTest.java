package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.codec.CodecConfig;
import dev.facet.codec.EncodeOptions;
import dev.facet.codec.FeatureException;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelDescription;
import dev.facet.codec.ModelPack;
import dev.facet.codec.ModelPackException;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.FeatureDigestSize;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.Backend;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checkpoints that are no models, and features that are no input: each refused by name. */
final class BadModelTest {
  private static final SmallModel MODEL = new SmallModel(21, 3, 4, true, 2);

  private static Backend backend;
  private static Checkpoint weights;
  private static LmsfcCodec codec;

  @BeforeAll
  static void open() throws Exception {
    backend = new ScalarBackend(1);
    weights = MODEL.weights();
    codec = MODEL.codec(backend);
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  // ---- weights

  @Test
  void everyMissingTensorIsNamed() throws Exception {
    for (String name : weights.names()) {
      Checkpoint without = SmallModel.without(weights, name);
      if (name.equals("context_prediction.weight")) {
        assertRefused(without, "context false; the pack says");
      } else {
        assertRefused(without, name);
      }
    }
    assertRefused(
        SmallModel.without(SmallModel.without(weights, "gain"), "inverse_gain"),
        "2 qualities, but no gain vectors");
  }

  @Test
  void everyMisshapenTensorIsRefused() throws Exception {
    for (CheckpointTensor tensor : weights.tensors()) {
      int[] more = tensor.shape();
      more[0]++;
      int[] flat = {tensor.elements()};
      int[] none = tensor.shape();
      none[none.length - 1] = 0;
      for (int[] shape : List.of(more, new int[] {1, 1, 1, 1, 1}, none, new int[0])) {
        assertRefused(with(tensor.name(), ones(shape), shape), "");
      }
      if (tensor.shape().length > 1) {
        assertRefused(with(tensor.name(), tensor.floats(), flat), "");
      }
    }
  }

  @Test
  void everyTensorMustBeFinite() throws Exception {
    for (CheckpointTensor tensor : weights.tensors()) {
      for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        float[] values = tensor.floats();
        values[values.length / 2] = bad;
        assertRefused(with(tensor.name(), values, tensor.shape()), String.valueOf(bad));
      }
    }
  }

  @Test
  void integersAreNoWeights() throws Exception {
    CheckpointTensor bias = weights.get("h_a.0.bias");
    Checkpoint changed =
        SmallModel.with(
            weights, List.of(CheckpointTensor.ofInts(bias.name(), new int[4], bias.shape())));
    // either read as numbers or refused, but by no other exception
    try (LmsfcCodec read = MODEL.codec(backend, changed, StreamLimits.DEFAULT)) {
      assertThat(read.identity()).isNotEqualTo(codec.identity());
    } catch (CheckpointException e) {
      assertThat(e.getMessage()).contains("h_a.0.bias");
    }
  }

  @Test
  void hugeWeightsGiveAnExceptionOrFeatures() throws Exception {
    for (String name :
        List.of("g_a.p5Encoder.0.bias", "h_s.8.bias", "h_a.8.bias", "g_s.p2Decoder.8.0.bias")) {
      CheckpointTensor tensor = weights.get(name);
      float[] values = new float[tensor.elements()];
      Arrays.fill(values, 3e38f);
      try (LmsfcCodec extreme =
          MODEL.codec(backend, with(name, values, tensor.shape()), StreamLimits.DEFAULT)) {
        encodeAndDecode(extreme, MODEL.pyramid(1, 8, 8));
      }
    }
  }

  @Test
  void gainsArePositive() throws Exception {
    for (String name : List.of("gain", "inverse_gain")) {
      for (float bad : new float[] {0, -0f, -1, Float.NEGATIVE_INFINITY}) {
        float[] values = weights.get(name).floats();
        values[3] = bad;
        assertRefused(
            with(name, values, 2, 4), name + " holds " + bad + ": gains are positive numbers");
      }
    }
  }

  @Test
  void extremeGainsAreUsable() throws Exception {
    float[] tiny = new float[8];
    float[] huge = new float[8];
    Arrays.fill(tiny, Float.MIN_VALUE);
    Arrays.fill(huge, Float.MAX_VALUE);
    for (float[] gain : List.of(tiny, huge)) {
      try (LmsfcCodec extreme =
          MODEL.codec(backend, with("gain", gain, 2, 4), StreamLimits.DEFAULT)) {
        encodeAndDecode(extreme, MODEL.pyramid(1, 8, 8));
      }
    }
  }

  @Test
  void thePackMustSayWhatTheWeightsAre() {
    for (CodecConfig config :
        List.of(
            config(4, 4, true, 2),
            config(3, 5, true, 2),
            new CodecConfig(3, 4, 5, true, 2, CodecConfig.DEFAULT_TABLES),
            config(3, 4, false, 2),
            config(3, 4, true, 3),
            config(3, 4, true, 1))) {
      assertThatThrownBy(() ->
              new LmsfcCodec(
                  SmallModel.pack(CodecId.LMSFC_GAIN, config, weights),
                  backend,
                  false,
                  StreamLimits.DEFAULT))
          .isInstanceOf(CheckpointException.class)
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void aStatedDigestMustBeRight() throws Exception {
    String right = java.util.HexFormat.of().formatHex(codec.identity().modelDigest());
    String wrong = (right.startsWith("0") ? "1" : "0") + right.substring(1);
    try (LmsfcCodec stated = withDigest(right)) {
      assertThat(stated.identity()).isEqualTo(codec.identity());
    }
    assertThatThrownBy(() -> withDigest(wrong))
        .isInstanceOf(ModelPackException.class)
        .hasMessageContaining("its weights have digest " + right)
        .hasMessageContaining(wrong);
  }

  // ---- tables

  @Test
  void ownTablesGiveTheSameModel() throws Exception {
    try (LmsfcCodec stored =
        MODEL.codec(
            backend, SmallModel.with(weights, codec.entropyTables()), StreamLimits.DEFAULT)) {
      assertThat(stored.identity()).isEqualTo(codec.identity());
      FeaturePyramid pyramid = MODEL.pyramid(1, 9, 9);
      assertThat(stored.encode(pyramid, Quality.of(0)))
          .isEqualTo(codec.encode(pyramid, Quality.of(0)));
    }
  }

  @Test
  void inconsistentTablesAreRefused() throws Exception {
    List<CheckpointTensor> tables = codec.entropyTables();
    for (CheckpointTensor table : tables) {
      String name = table.name();
      int[] shape = table.shape();
      if (!name.endsWith("_quantized_cdf")) { // without it, tables are built
        List<CheckpointTensor> others =
            tables.stream().filter(t -> !t.name().equals(name)).toList();
        assertRefused(SmallModel.with(weights, others), name);
      }
      if (table.dtype().isFloat()) {
        float[] scales = table.floats();
        scales[10] = scales[9];
        assertRefused(tabled(CheckpointTensor.ofFloats(name, scales, shape)), "ascending");
        scales[10] = Float.NaN;
        assertRefused(tabled(CheckpointTensor.ofFloats(name, scales, shape)), "ascending");
        assertRefused(tabled(CheckpointTensor.ofFloats(name, new float[0], 0)), "");
        continue;
      }
      for (int bad : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 65537}) {
        if (bad == -1 && name.endsWith("_offset")) {
          continue; // as good as any
        }
        int[] values = table.ints();
        values[1] = bad;
        assertRefused(tabled(CheckpointTensor.ofInts(name, values, shape)), "");
      }
      int[] shorter = Arrays.copyOf(table.ints(), table.elements() / shape[0]);
      int[] oneRow = shape.clone();
      oneRow[0] = 1;
      assertRefused(tabled(CheckpointTensor.ofInts(name, shorter, oneRow)), "");
      assertRefused(tabled(CheckpointTensor.ofInts(name, table.ints(), table.elements(), 1)), "");
    }
  }

  @Test
  void hugeQuantilesAreRefusedAtOnce() throws Exception {
    float[] quantiles = weights.get("entropy_bottleneck.quantiles").floats();
    for (float far : new float[] {70_000, 1e30f, Float.MAX_VALUE}) {
      float[] values = quantiles.clone();
      values[5] = far;
      assertRefused(
          with("entropy_bottleneck.quantiles", values, 4, 1, 3), "quantiles are too far apart");
    }
  }

  @Test
  void anUnknownVariantOfTablesIsNamed() {
    CodecConfig config = new CodecConfig(3, 4, true, 2, "torch-9.9");
    assertThatThrownBy(() ->
            new LmsfcCodec(
                SmallModel.pack(CodecId.LMSFC_GAIN, config, weights),
                backend,
                false,
                StreamLimits.DEFAULT))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no variant 'torch-9.9'");
  }

  // ---- features

  @Test
  void featuresMustBeFinite() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int level = 0; level < 4; level++) {
        FeaturePyramid pyramid = MODEL.pyramid(1, 20, 20);
        float[] data = pyramid.level(level).data();
        data[data.length - 1] = bad;
        String name = pyramid.name(level);
        assertThatThrownBy(() -> codec.encode(pyramid, Quality.of(0)))
            .isInstanceOf(FeatureException.class)
            .hasMessageContaining(name + " is " + bad + " at row ")
            .hasMessageContaining("channel 2");
        assertThatThrownBy(() -> codec.encodeReference(pyramid, Quality.of(0)))
            .isInstanceOf(FeatureException.class);
      }
    }
  }

  @Test
  void hugeFeaturesAreCodedOrRefused() throws Exception {
    for (float value : new float[] {1e4f, 1e8f, 1e12f, 1e20f, Float.MAX_VALUE, -Float.MAX_VALUE}) {
      FeaturePyramid pyramid = MODEL.pyramid(1, 20, 20);
      for (Tensor level : pyramid.levels()) {
        Arrays.fill(level.data(), value);
      }
      encodeAndDecode(codec, pyramid);
    }
  }

  @Test
  void channelsAndLevelsMustFit() {
    FeaturePyramid wide = new SmallModel(1, 4, 4, true, 2).pyramid(1, 20, 20);
    assertThatThrownBy(() -> codec.encode(wide, Quality.of(0)))
        .isInstanceOf(FeatureException.class)
        .hasMessageContaining("p2 has 4 channels, random codes 3");
    FeaturePyramid good = MODEL.pyramid(1, 20, 20);
    for (int levels : new int[] {1, 3, 5}) {
      List<Tensor> some = new ArrayList<>();
      for (int i = 0; i < levels; i++) {
        some.add(good.level(Math.min(i, 3)));
      }
      assertThatThrownBy(() -> codec.encode(FeaturePyramid.of(some), Quality.of(0)))
          .isInstanceOf(FeatureException.class)
          .hasMessage(levels + " levels given, random codes 4");
    }
    FeaturePyramid large =
        MODEL.pyramid(
            1,
            List.of(
                new LevelShape(20, 20),
                new LevelShape(33, 10),
                new LevelShape(5, 5),
                new LevelShape(3, 3)));
    assertThatThrownBy(() -> codec.encode(large, Quality.of(0)))
        .isInstanceOf(FeatureException.class)
        .hasMessageContaining("level p3 has 33 rows");
    FeaturePyramid noHalves =
        MODEL.pyramid(1, IntStream.range(0, 4).mapToObj(i -> new LevelShape(8, 8)).toList());
    assertThatThrownBy(() -> codec.encodeReference(noHalves, Quality.of(0)))
        .isInstanceOf(FeatureException.class)
        .hasMessageContaining("use the facet format");
  }

  @Test
  void qualitiesMustExist() {
    FeaturePyramid pyramid = MODEL.pyramid(1, 4, 4);
    for (double level : new double[] {1.03125, 2, 1023}) {
      assertThatThrownBy(() -> codec.encode(pyramid, Quality.of(level)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("does not exist: this pack has 0 to 1");
    }
  }

  // ---- helpers

  /** Whatever happens, it is a FeatureException or a stream that decodes or is refused. */
  private static void encodeAndDecode(LmsfcCodec each, FeaturePyramid pyramid) throws Exception {
    for (EncodeOptions options :
        List.of(
            EncodeOptions.DEFAULT,
            EncodeOptions.DEFAULT.withFeatureDigest(FeatureDigestSize.SHORT))) {
      for (double level : new double[] {0, 0.5}) {
        try {
          byte[] stream = each.encode(pyramid, Quality.of(level), options);
          each.decode(stream).requireFinite();
        } catch (FeatureException e) {
          assertThat(e.getMessage()).contains("outside what the model was trained on");
        } catch (dev.facet.codec.stream.StreamException e) {
          assertThat(e.getMessage()).contains("decoded, p");
        }
        try {
          each.decodeReference(each.encodeReference(pyramid, Quality.of(level)), Quality.of(level));
        } catch (FeatureException e) {
          assertThat(e.getMessage()).contains("outside what the model was trained on");
        } catch (dev.facet.codec.stream.StreamException e) {
          assertThat(e.getMessage()).contains("decoded, p");
        }
      }
    }
  }

  private static LmsfcCodec withDigest(String digest) throws IOException {
    ModelDescription description =
        new ModelDescription(
            "random",
            MODEL.kind(),
            MODEL.config(),
            List.of(),
            Map.of(),
            "",
            Map.of(),
            Optional.of(digest));
    return new LmsfcCodec(ModelPack.of(description, weights), backend, false, StreamLimits.DEFAULT);
  }

  private static CodecConfig config(int features, int latent, boolean context, int qualities) {
    return new CodecConfig(features, latent, context, qualities, CodecConfig.DEFAULT_TABLES);
  }

  private static Checkpoint with(String name, float[] values, int... shape) throws IOException {
    return SmallModel.with(weights, List.of(CheckpointTensor.ofFloats(name, values, shape)));
  }

  /** The weights with the codec's own tables, one of them replaced. */
  private static Checkpoint tabled(CheckpointTensor changed) throws IOException {
    return SmallModel.with(SmallModel.with(weights, codec.entropyTables()), List.of(changed));
  }

  private static float[] ones(int[] shape) {
    float[] values = new float[IntStream.of(shape).reduce(1, Math::multiplyExact)];
    Arrays.fill(values, 1);
    return values;
  }

  private static void assertRefused(Checkpoint checkpoint, String message) {
    assertThatThrownBy(() -> MODEL.codec(backend, checkpoint, StreamLimits.DEFAULT))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
