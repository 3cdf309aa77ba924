package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Any bytes as the coded part of a frame whose check is right: rANS decoder, entropy models and networks give features
 * or a StreamException. The ordinary build replays the seed inputs, which {@link #main} wrote; {@code JAZZER_FUZZ=1
 * ./mvnw -Djazzer.hooks=true test -pl codec -am -Dtest=CodecFuzzTest#context} searches.
 */
class CodecFuzzTest {
  private static final SmallModel CONTEXT = new SmallModel(51, 2, 4, true, 0);
  private static final SmallModel PLAIN = new SmallModel(52, 2, 4, false, 0);
  private static final List<LevelShape> SHAPES = LevelShape.halves(new LevelShape(3, 70), 4);
  private static final Quality QUALITY = Quality.of(0);

  private static Backend backend;
  private static LmsfcCodec context;
  private static LmsfcCodec plain;

  @BeforeAll
  static void open() throws IOException {
    backend = Backends.open("scalar", 1);
    context = CONTEXT.codec(backend);
    plain = PLAIN.codec(backend);
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  @FuzzTest(maxDuration = "2m")
  void context(byte[] payload) {
    decodeOrRefuse(context, payload);
  }

  @FuzzTest(maxDuration = "2m")
  void plain(byte[] payload) {
    decodeOrRefuse(plain, payload);
  }

  @FuzzTest(maxDuration = "2m")
  void referenceFile(byte[] file) throws FeatureException {
    for (LmsfcCodec codec : List.of(context, plain)) {
      try {
        ReferenceFile parsed = ReferenceFile.parse(file, StreamLimits.DEFAULT.withMaxPixels(5000));
        assertThat(codec.decodeReference(parsed, QUALITY).requireFinite().size()).isEqualTo(4);
      } catch (StreamException e) {
        assertThat(e.reason()).isNotBlank();
      }
    }
  }

  private static void decodeOrRefuse(LmsfcCodec codec, byte[] payload) {
    StreamFrame frame = new StreamFrame(0, SHAPES, payload);
    byte[] stream = StreamWriter.single(codec.identity(), FeatureDigestSize.NONE, frame);
    try {
      FeaturePyramid decoded = codec.decode(stream);
      assertThat(decoded.requireFinite().shapes()).isEqualTo(SHAPES);
      assertThat(codec.payloadBits(frame)).containsOnlyKeys("z", "y");
    } catch (StreamException e) {
      assertThat(e.reason()).isNotBlank();
    } catch (FeatureException e) {
      throw new AssertionError(e);
    }
  }

  /** Writes the seed inputs anew; to be run in the folder codec. */
  public static void main(String[] args) throws Exception {
    open();
    Path folder = Path.of("src/test/resources/dev/facet/codec/lmsfc/CodecFuzzTestInputs");
    byte[] ar = context.encodePayload(CONTEXT.pyramid(1, SHAPES), QUALITY);
    byte[] noAr = plain.encodePayload(PLAIN.pyramid(1, SHAPES), QUALITY);
    write(folder.resolve("context/valid"), ar);
    write(folder.resolve("context/other-model"), noAr);
    write(folder.resolve("context/cut"), java.util.Arrays.copyOf(ar, ar.length - 4));
    write(folder.resolve("plain/valid"), noAr);
    write(folder.resolve("plain/empty"), new byte[0]);
    write(folder.resolve("plain/one-byte"), new byte[] {1});
    write(
        folder.resolve("referenceFile/context"),
        context.encodeReference(CONTEXT.pyramid(1, SHAPES), QUALITY).toBytes());
    write(
        folder.resolve("referenceFile/plain"),
        plain.encodeReference(PLAIN.pyramid(2, SHAPES), QUALITY).toBytes());
    close();
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }
}
