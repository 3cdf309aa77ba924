package dev.facet.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.FeatureDigestSize;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFrame;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.codec.stream.StreamWriter;
import dev.facet.nn.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every codec of features without a model does: anchor, logquant and pca, over a video codec of the tests. */
class CodecsWithoutModelTest {
  private static final Quality FINE = Quality.of(4);
  private static final CodecOptions OPTIONS = new StepVideo().options();
  private static final StreamLimits SMALL = new StreamLimits(1 << 12, 64, 10, 1 << 16);

  /** Levels of other ratios and channels than those of an FPN, with smooth and random parts. */
  static FeaturePyramid pyramid() {
    return FeaturePyramid.of(level(13, 18, 6, 1), level(7, 9, 6, 2), level(3, 5, 4, 3));
  }

  private static Tensor level(int height, int width, int channels, long seed) {
    Random random = new Random(seed);
    Tensor level = Tensor.zeros(height, width, channels);
    double[] phase = IntStream.range(0, channels).mapToDouble(c -> random.nextDouble()).toArray();
    for (int i = 0; i < level.data().length; i++) {
      int c = i % channels;
      double x = i / channels % width / 5.0 + i / channels / width / 3.0;
      level.data()[i] =
          (float) (4 * Math.sin(x + 6 * phase[c]) + phase[c] + 0.1 * random.nextGaussian());
    }
    return level;
  }

  private static FeatureCodec codec(CodecId id) {
    return FeatureCodecs.open(id, OPTIONS);
  }

  @ParameterizedTest
  @EnumSource(names = {"ANCHOR", "LOGQUANT", "PCA"})
  void featuresComeBack(CodecId id) throws Exception {
    try (FeatureCodec codec = codec(id)) {
      byte[] stream = codec.encode(pyramid(), FINE);
      FeaturePyramid decoded = codec.decode(stream);
      assertThat(decoded.shapes()).isEqualTo(pyramid().shapes());
      for (LevelError error : pyramid().compare(decoded)) {
        assertThat(error.psnr()).as(error.level()).isGreaterThan(35);
      }
      StreamFrame frame = codec.open(stream).frame(0);
      assertThat(codec.channels(frame)).containsExactly(6, 6, 4);
      double bits = codec.payloadBits(frame).values().stream().mapToDouble(b -> b).sum();
      assertThat(bits).isCloseTo(8.0 * frame.payload().length, within(1e-9));
      assertThat(codec.encode(pyramid(), FINE)).isEqualTo(stream);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ANCHOR", "LOGQUANT", "PCA"})
  void aHigherQpCostsLessAndLosesMore(CodecId id) throws Exception {
    try (FeatureCodec codec = codec(id)) {
      int bytes = Integer.MAX_VALUE;
      double mse = 0;
      for (Quality quality : codec.qualities().reversed()) {
        byte[] stream = codec.encode(pyramid(), quality);
        LevelError error = pyramid().compare(codec.decode(stream)).getFirst();
        assertThat(stream.length).as("QP %s", quality).isLessThan(bytes);
        assertThat(error.mse()).as("QP %s", quality).isGreaterThan(mse);
        bytes = stream.length;
        mse = error.mse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ANCHOR", "LOGQUANT", "PCA"})
  void extremesOfFeatures(CodecId id) throws Exception {
    try (FeatureCodec codec = codec(id)) {
      Tensor single = Tensor.of(1, 1, 1, new float[] {-3.5f});
      Tensor flat = Tensor.of(1, 2, 3, new float[] {1, 2, 3, 1, 2, 3});
      Tensor zero = Tensor.zeros(4, 4, 5);
      FeaturePyramid decoded =
          codec.decode(codec.encode(FeaturePyramid.of(single, flat, zero), FINE));
      assertThat(decoded.level(0).data()[0]).isCloseTo(-3.5f, within(1e-2f));
      for (int i = 0; i < 6; i++) {
        assertThat(decoded.level(1).data()[i]).isCloseTo(flat.data()[i], within(2e-2f));
      }
      assertThat(decoded.level(2).data()).containsOnly(0f);
      float huge = Float.MAX_VALUE;
      FeaturePyramid tooWide = FeaturePyramid.of(Tensor.of(1, 2, 1, new float[] {-huge, huge}));
      assertThatThrownBy(() -> codec.encode(tooWide, FINE))
          .isInstanceOf(FeatureException.class)
          .hasMessageContaining("range");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ANCHOR", "LOGQUANT", "PCA"})
  void qualityIsAQp(CodecId id) throws Exception {
    try (FeatureCodec codec = codec(id)) {
      assertThatThrownBy(() -> codec.encode(pyramid(), Quality.of(22.5)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> codec.encode(pyramid(), Quality.of(52)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("hevc");
    }
  }

  /** The frame's check would find all of it: here the payload itself is damaged, and the check is right. */
  @ParameterizedTest
  @EnumSource(names = {"ANCHOR", "LOGQUANT", "PCA"})
  void damagedPayloadsAreNamed(CodecId id) throws Exception {
    try (FeatureCodec codec = codec(id)) {
      StreamFrame frame = codec.open(codec.encode(pyramid(), Quality.of(40))).frame(0);
      byte[] payload = frame.payload();
      int refused = 0;
      for (int length = 0; length < payload.length; length++) {
        assertThat(decodes(codec, frame.shapes(), Arrays.copyOf(payload, length))).isFalse();
      }
      for (int bit = 0; bit < 8 * payload.length; bit += 3) {
        byte[] damaged = payload.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        refused += decodes(codec, frame.shapes(), damaged) ? 0 : 1;
      }
      assertThat(refused).isPositive();
      assertThat(decodes(codec, frame.shapes(), Arrays.copyOf(payload, payload.length + 1)))
          .isEqualTo(false);
      assertThat(decodes(codec, List.of(new LevelShape(13, 18)), payload)).isFalse();
    }
  }

  /** True if something was decoded; false for a StreamException. Anything else fails the test. */
  private static boolean decodes(FeatureCodec codec, List<LevelShape> shapes, byte[] payload) {
    byte[] stream =
        StreamWriter.single(
            codec.identity(),
            FeatureDigestSize.NONE,
            new StreamFrame(Quality.of(40).steps(), shapes, payload));
    try {
      FeaturePyramid decoded = codec.decode(stream);
      assertThat(decoded.shapes()).isEqualTo(shapes);
      decoded.requireFinite();
      return true;
    } catch (StreamException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      return false;
    } catch (FeatureException e) {
      throw new AssertionError(e);
    }
  }

  @FuzzTest
  void anyPayload(byte[] payload) {
    List<LevelShape> shapes = List.of(new LevelShape(3, 5), new LevelShape(2, 3));
    for (CodecId id : List.of(CodecId.ANCHOR, CodecId.LOGQUANT, CodecId.PCA)) {
      try (FeatureCodec codec = FeatureCodecs.open(id, OPTIONS.withLimits(SMALL))) {
        decodes(codec, shapes, payload);
      }
    }
  }
}
