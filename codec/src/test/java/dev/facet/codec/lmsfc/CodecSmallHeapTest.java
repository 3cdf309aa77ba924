package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.codec.FeatureException;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.FeatureDigestSize;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.ReferenceFile;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFrame;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.codec.stream.StreamWriter;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * In a JVM of 256 MiB: what a few bytes announce is refused before memory is taken for it, and what is not refused
 * fits.
 */
@Tag("small-heap")
final class CodecSmallHeapTest {
  private static final Quality QUALITY = Quality.of(0);
  private static final StreamLimits NONE =
      new StreamLimits(Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  private static Backend backend;

  @BeforeAll
  static void open() {
    backend = Backends.open("simd", 2);
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  @Test
  void theHeapIsSmall() {
    assertThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(256L << 20);
  }

  @ParameterizedTest
  @CsvSource({
    "2048,2048",
    "1,4194304",
    "4194304,1",
    "65536,65536",
    "1,2147483647",
    "2147483647,2147483647"
  })
  void hostileSizesAreRefused(int height, int width) throws Exception {
    SmallModel model = new SmallModel(31, 8, 8, true, 0);
    LevelShape p2 = new LevelShape(height, width);
    try (LmsfcCodec codec = model.codec(backend, model.weights(), NONE)) {
      StreamFrame frame = new StreamFrame(0, LevelShape.halves(p2, 4), new byte[] {1, 2, 3});
      byte[] stream = StreamWriter.single(codec.identity(), FeatureDigestSize.NONE, frame);
      assertThatThrownBy(() -> codec.decode(stream))
          .isInstanceOf(StreamException.LimitExceeded.class)
          .hasMessageContaining("p2 of " + p2 + ", padded to");
      assertThatThrownBy(() -> codec.payloadBits(frame))
          .isInstanceOf(StreamException.LimitExceeded.class);
      ReferenceFile file = new ReferenceFile(p2, new byte[8], new byte[8]);
      assertThatThrownBy(() -> codec.decodeReference(file, QUALITY))
          .isInstanceOf(StreamException.LimitExceeded.class)
          .hasMessageContaining("p2 of " + p2 + ", padded to");
    }
  }

  /** One row of features is little; padded it is 64 times as much. */
  @Test
  void anEncoderSaysWhatItLacks() throws Exception {
    SmallModel model = new SmallModel(32, 2, 2, false, 0);
    Tensor row = Tensor.zeros(1, 1 << 20, 2);
    FeaturePyramid pyramid = FeaturePyramid.of(row, row, row, row);
    try (LmsfcCodec codec = model.codec(backend)) {
      assertThatThrownBy(() -> codec.encode(pyramid, QUALITY))
          .isInstanceOf(FeatureException.class)
          .hasMessageContaining("p2 of 1x1048576, padded to 64 x 1048576, takes about")
          .hasMessageContaining("raise -Xmx");
    }
  }

  /** The largest p2 that is let through does fit. */
  @ParameterizedTest(name = "F = {0}, M = {1}, hidden {2}")
  @CsvSource({"32,8,8", "8,32,32", "8,8,8", "8,32,8"})
  void whatIsNotRefusedFits(int features, int latent, int hidden) throws Exception {
    SmallModel model = new SmallModel(33, features, latent, hidden, true, 0);
    long parameters = model.weights().tensors().stream().mapToLong(t -> t.elements()).sum();
    WorkingMemory memory = new WorkingMemory(features, hidden, parameters);
    LevelShape decoded = largest(memory::shortageToDecode);
    LevelShape encoded = largest(memory::shortageToEncode);
    System.out.println(
        "F = " + features + ", M = " + latent + ": up to p2 of " + decoded + " and " + encoded);
    try (LmsfcCodec codec = model.codec(backend)) {
      restore(codec, latent, decoded);
      codec.quantize(restore(codec, latent, encoded), QUALITY);
    }
  }

  /** One less than the largest multiple of 64: padding takes part. */
  private static LevelShape largest(Function<LevelShape, Optional<String>> shortage) {
    int width = 64;
    while (shortage.apply(new LevelShape(320, width + 64)).isEmpty()) {
      width += 64;
    }
    return new LevelShape(319, width - 1);
  }

  private static FeaturePyramid restore(LmsfcCodec codec, int latent, LevelShape p2)
      throws Exception {
    PyramidPadding padding = new PyramidPadding(p2.height(), p2.width());
    Tensor y = Tensor.zeros(padding.latentHeight(), padding.latentWidth(), latent);
    List<LevelShape> shapes = LevelShape.halves(p2, 4);
    FeaturePyramid restored = codec.restore(y, QUALITY, shapes);
    assertThat(restored.shapes()).isEqualTo(shapes);
    return restored;
  }
}
