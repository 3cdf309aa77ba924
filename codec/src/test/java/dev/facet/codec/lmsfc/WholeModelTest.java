package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.codec.EncodeOptions;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.FeatureDigestSize;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.ReferenceFile;
import dev.facet.codec.stream.StreamFile;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole models of many sizes: one stream and one result, whatever runs them. */
final class WholeModelTest {
  /** Every seed follows from this one; -Dfacet.seed=... repeats a run. */
  private static final long SEED = Long.getLong("facet.seed", System.nanoTime());

  private static final SmallModel CONTEXT = new SmallModel(SEED, 6, 8, true, 0);
  private static final SmallModel GAIN = new SmallModel(SEED + 1, 3, 5, true, 4);

  private static Backend scalar;
  private static List<Backend> others;

  @BeforeAll
  static void open() {
    System.out.println("whole models: seed " + SEED);
    scalar = Backends.open("scalar", 1);
    others =
        List.of(
            Backends.open("scalar", 7),
            Backends.open("simd", 1),
            Backends.open("simd", 2),
            Backends.open("simd", 7));
  }

  @AfterAll
  static void close() {
    scalar.close();
    others.forEach(Backend::close);
  }

  static Stream<SmallModel> models() {
    return Stream.of(
        CONTEXT,
        GAIN,
        new SmallModel(SEED + 2, 1, 2, false, 0),
        new SmallModel(SEED + 3, 5, 12, false, 3),
        new SmallModel(SEED + 4, 16, 16, true, 2),
        new SmallModel(SEED + 5, 17, 9, false, 1),
        new SmallModel(SEED + 6, 8, 32, true, 0),
        new SmallModel(SEED + 7, 7, 24, 9, true, 3));
  }

  /** From 1x1 on; the reference needs 25. */
  private static final List<LevelShape> SIZES =
      List.of(
          new LevelShape(1, 1),
          new LevelShape(2, 3),
          new LevelShape(7, 1),
          new LevelShape(24, 25),
          new LevelShape(64, 64),
          new LevelShape(31, 65),
          new LevelShape(129, 33));

  /** With -Ddev.facet.backend the choice is the caller's; without it the tests here must not fall back. */
  @Test
  void theSimdBackendIsTheOneThatRuns() {
    try (Backend backend = Backends.open()) {
      assertThat(backend.name()).isEqualTo(System.getProperty(Backends.BACKEND_PROPERTY, "simd"));
    }
    assertThat(others).map(Backend::name).containsExactly("scalar", "simd", "simd", "simd");
    assertThat(others.getLast().vectorBits()).isGreaterThanOrEqualTo(64);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void everyBackendGivesTheSameStreamAndFeatures(SmallModel model) throws Exception {
    List<LmsfcCodec> codecs = new ArrayList<>();
    for (Backend backend : others) {
      codecs.add(model.codec(backend));
    }
    try (LmsfcCodec reference = model.codec(scalar)) {
      int n = 0;
      for (LevelShape size : SIZES) {
        FeaturePyramid pyramid = model.pyramid(n, size.height(), size.width());
        Quality quality = model.qualities().get(n % model.qualities().size());
        byte[] stream = reference.encode(pyramid, quality);
        FeaturePyramid decoded = reference.decode(stream);
        assertThat(decoded.shapes()).isEqualTo(pyramid.shapes());
        decoded.requireFinite();
        for (LmsfcCodec codec : codecs) {
          String as = model + " " + size + " quality " + quality;
          assertThat(codec.encode(pyramid, quality)).as(as).isEqualTo(stream);
          assertThat(codec.decode(stream).sameBits(decoded)).as(as).isTrue();
        }
        n++;
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void encoderAndDecoderHoldTheSameLatent(SmallModel model) throws Exception {
    try (LmsfcCodec codec = model.codec(others.get(2))) {
      for (Quality quality : model.qualities()) {
        FeaturePyramid pyramid = model.pyramid(quality.steps(), 27, 40);
        LmsfcCodec.Coded coded = codec.quantize(pyramid, quality);
        FeaturePyramid restored = codec.restore(coded.y().yHat(), quality, pyramid.shapes());
        // an encoder that digests its own result, whose digest the decoder checks
        EncodeOptions digest = EncodeOptions.DEFAULT.withFeatureDigest(FeatureDigestSize.FULL);
        byte[] stream = codec.encode(pyramid, quality, digest);
        assertThat(codec.decode(stream).sameBits(restored)).as("quality " + quality).isTrue();
        assertThat(codec.decode(stream).sameBits(restored)).as("again").isTrue();
        assertThat(codec.encode(pyramid, quality, digest)).as("again").isEqualTo(stream);

        ReferenceFile file = codec.encodeReference(pyramid, quality);
        assertThat(
                codec
                    .decodeReference(ReferenceFile.parse(file.toBytes()), quality)
                    .sameBits(restored))
            .as("reference format, quality " + quality)
            .isTrue();
      }
    }
  }

  /** The test models are no trivial ones: several tables, some escapes, symbols that differ. */
  @Test
  void latentsOfTheTestModelsVary() throws Exception {
    try (LmsfcCodec codec = CONTEXT.codec(others.get(1))) {
      LmsfcCodec.Coded coded = codec.quantize(CONTEXT.pyramid(1, 128, 128), Quality.of(0));
      assertThat(
              Stream.of(coded.y().indexes())
                  .flatMapToInt(java.util.Arrays::stream)
                  .distinct()
                  .count())
          .isGreaterThan(5);
      assertThat(java.util.Arrays.stream(coded.y().symbols()).distinct().count()).isGreaterThan(5);
      assertThat(java.util.Arrays.stream(coded.z().symbols()).distinct().count()).isGreaterThan(2);
    }
  }

  /** Levels of any sizes up to the padded ones, as RoI or odd backbones give them. */
  @Test
  void levelsNeedNotBeHalves() throws Exception {
    try (LmsfcCodec codec = GAIN.codec(others.get(2));
        LmsfcCodec plain = GAIN.codec(scalar)) {
      for (List<LevelShape> shapes :
          List.of(
              List.of(shape(20, 30), shape(10, 15), shape(5, 7), shape(2, 3)),
              List.of(shape(65, 1), shape(64, 32), shape(1, 1), shape(16, 8)),
              List.of(shape(1, 64), shape(32, 32), shape(16, 16), shape(8, 8)))) {
        FeaturePyramid pyramid = GAIN.pyramid(3, shapes);
        byte[] stream = codec.encode(pyramid, Quality.of(1.25));
        FeaturePyramid decoded = codec.decode(stream);
        assertThat(decoded.shapes()).isEqualTo(shapes);
        assertThat(plain.decode(stream).sameBits(decoded)).isTrue();
      }
    }
  }

  @Test
  void aSequenceIsItsFrames() throws Exception {
    try (LmsfcCodec codec = GAIN.codec(others.get(2));
        LmsfcCodec plain = GAIN.codec(scalar)) {
      List<FeaturePyramid> pyramids = new ArrayList<>();
      List<Quality> qualities = new ArrayList<>();
      List<FeaturePyramid> alone = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        pyramids.add(GAIN.pyramid(i, i == 3 ? 20 : 33, 40));
        qualities.add(GAIN.qualities().get(2 * i));
        alone.add(codec.decode(codec.encode(pyramids.get(i), qualities.get(i))));
      }
      for (boolean index : new boolean[] {true, false}) {
        EncodeOptions options =
            EncodeOptions.DEFAULT.withIndex(index).withFeatureDigest(FeatureDigestSize.SHORT);
        byte[] stream = codec.encode(pyramids, qualities, options);
        assertThat(plain.encode(pyramids, qualities, options)).isEqualTo(stream);
        List<FeaturePyramid> decoded = plain.decodeAll(stream);
        assertThat(decoded).hasSize(5);
        for (int i = 0; i < 5; i++) {
          assertThat(decoded.get(i).sameBits(alone.get(i))).as("frame " + i).isTrue();
          assertThat(codec.decode(stream, i).sameBits(alone.get(i))).as("frame " + i).isTrue();
        }
      }
    }
  }

  /** Payload bits as reported are about those written. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void reportedBitsAreThoseWritten(SmallModel model) throws Exception {
    try (LmsfcCodec codec = model.codec(others.get(2))) {
      byte[] stream = codec.encode(model.pyramid(1, 70, 70), Quality.of(0));
      var frame = StreamFile.open(stream, codec.identity(), StreamLimits.DEFAULT).frame(0);
      double bits = codec.payloadBits(frame).values().stream().mapToDouble(d -> d).sum();
      assertThat(8.0 * frame.payload().length).isBetween(bits - 1, bits + 64);
    }
  }

  @Test
  void oneCodecServesManyThreads() throws Exception {
    try (LmsfcCodec codec = GAIN.codec(others.get(2));
        ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<FeaturePyramid> pyramids = new ArrayList<>();
      List<byte[]> streams = new ArrayList<>();
      List<FeaturePyramid> decoded = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        pyramids.add(GAIN.pyramid(i, 20 + 30 * i, 50));
        streams.add(codec.encode(pyramids.get(i), Quality.of(i / 2.0)));
        decoded.add(codec.decode(streams.get(i)));
      }
      List<Callable<Void>> work = new ArrayList<>();
      for (int k = 0; k < 24; k++) {
        int i = k % 4;
        work.add(() -> {
          assertThat(codec.encode(pyramids.get(i), Quality.of(i / 2.0))).isEqualTo(streams.get(i));
          assertThat(codec.decode(streams.get(i)).sameBits(decoded.get(i))).isTrue();
          return null;
        });
      }
      for (Future<Void> done : pool.invokeAll(work)) {
        done.get();
      }
    }
  }

  private static LevelShape shape(int height, int width) {
    return new LevelShape(height, width);
  }
}
