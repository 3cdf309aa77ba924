package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.facet.codec.EncodeOptions;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.FeatureDigestSize;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.ReferenceFile;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFile;
import dev.facet.codec.stream.StreamFrame;
import dev.facet.codec.stream.StreamIdentity;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.codec.stream.StreamWriter;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Damaged, foreign and hostile streams, all the way through a codec: a StreamException, or features. */
final class BadStreamTest {
  private static final SmallModel MODEL = new SmallModel(11, 3, 4, true, 3);
  private static final SmallModel PLAIN = new SmallModel(12, 3, 4, false, 0);
  private static final Quality QUALITY = Quality.of(1.5);
  private static final Quality ONLY = Quality.of(0);

  private static Backend backend;
  private static LmsfcCodec codec;
  private static LmsfcCodec plain;
  private static FeaturePyramid pyramid;

  @BeforeAll
  static void open() throws Exception {
    backend = Backends.open("simd", 1);
    codec = MODEL.codec(backend);
    plain = PLAIN.codec(backend);
    pyramid = MODEL.pyramid(1, 20, 30);
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  // ---- the stream's own checks

  @Test
  void everyTruncationIsRefused() throws Exception {
    byte[] single = codec.encode(pyramid, QUALITY);
    for (int length = 0; length < single.length; length++) {
      assertRefused(Arrays.copyOf(single, length));
    }
    byte[] sequence = sequence();
    for (int length = 0; length < sequence.length; length++) {
      assertRefused(Arrays.copyOf(sequence, length));
    }
  }

  @Test
  void everyFlippedBitIsNoticed() throws Exception {
    for (byte[] stream : List.of(codec.encode(pyramid, QUALITY), sequence())) {
      for (int bit = 0; bit < 8 * stream.length; bit++) {
        assertRefused(flipped(stream, bit));
      }
    }
  }

  @Test
  void aDamagedFrameIsLostAlone() throws Exception {
    byte[] stream = sequence();
    StreamFile file = StreamFile.open(stream, codec.identity(), StreamLimits.DEFAULT);
    for (int damaged = 0; damaged < file.frameCount(); damaged++) {
      long middle = file.offset(damaged) + file.recordBytes(damaged) / 2;
      byte[] changed = flipped(stream, (int) (8 * middle));
      for (int frame = 0; frame < file.frameCount(); frame++) {
        if (frame == damaged) {
          int lost = frame;
          assertThatThrownBy(() -> codec.decode(changed, lost))
              .isInstanceOf(StreamException.Corrupt.class)
              .hasMessageContaining("frame " + lost + " is damaged");
        } else {
          assertThat(codec.decode(changed, frame).sameBits(codec.decode(stream, frame))).isTrue();
        }
      }
    }
  }

  // ---- payloads with a right CRC

  @Test
  void everyFlippedBitOfAPayloadDecodesOrIsRefused() throws Exception {
    int refused = 0;
    for (LmsfcCodec each : List.of(codec, plain)) {
      StreamFrame frame = frame(each);
      for (int bit = 0; bit < 8 * frame.payload().length; bit++) {
        refused += decodeOrRefuse(each, withPayload(each, frame, flipped(frame.payload(), bit)));
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void everyTruncatedPayloadDecodesOrIsRefused() throws Exception {
    for (LmsfcCodec each : List.of(codec, plain)) {
      StreamFrame frame = frame(each);
      for (int length = 0; length < frame.payload().length; length++) {
        decodeOrRefuse(each, withPayload(each, frame, Arrays.copyOf(frame.payload(), length)));
      }
    }
  }

  @Test
  void randomPayloadsDecodeOrAreRefused() throws Exception {
    Random random = new Random(5);
    for (int round = 0; round < 400; round++) {
      LmsfcCodec each = round % 2 == 0 ? codec : plain;
      byte[] payload = new byte[random.nextInt(200)];
      random.nextBytes(payload);
      if (round % 3 == 0) {
        Arrays.fill(payload, (byte) random.nextInt());
      }
      decodeOrRefuse(each, withPayload(each, frame(each), payload));
    }
  }

  /** A frame that says another size than it was coded with. */
  @Test
  void wrongShapesWithTheRightCheckDecodeOrAreRefused() throws Exception {
    StreamFrame frame = frame(codec);
    for (LevelShape p2 :
        List.of(shape(1, 1), shape(64, 64), shape(65, 30), shape(20, 300), shape(200, 200))) {
      decodeOrRefuse(
          codec, single(codec, new StreamFrame(48, LevelShape.halves(p2, 4), frame.payload())));
    }
    List<LevelShape> tooLarge = List.of(shape(20, 30), shape(33, 1), shape(1, 1), shape(1, 1));
    assertThatThrownBy(
            () -> codec.decode(single(codec, new StreamFrame(48, tooLarge, frame.payload()))))
        .isInstanceOf(StreamException.Corrupt.class)
        .hasMessage("byte 0, shapes: level 3 of 33x1 beside a p2 of 20x30");
  }

  @Test
  void aQualityThatTheModelLacksIsRefused() throws Exception {
    StreamFrame frame = frame(codec);
    for (int steps : new int[] {65, 96, StreamFrame.MAX_QUALITY_STEPS}) {
      assertThatThrownBy(() ->
              codec.decode(single(codec, new StreamFrame(steps, frame.shapes(), frame.payload()))))
          .isInstanceOfSatisfying(
              StreamException.Corrupt.class,
              e ->
                  assertThat(e.field() + ": " + e.reason())
                      .matches(
                          "quality: quality .* (does not exist: this pack has .*|is not in .*)"));
    }
  }

  @Test
  void aWrongFeatureDigestIsNoticed() throws Exception {
    StreamFrame frame = frame(codec);
    StreamFrame lying =
        new StreamFrame(frame.qualitySteps(), frame.shapes(), frame.payload(), new byte[8]);
    byte[] stream = StreamWriter.single(codec.identity(), FeatureDigestSize.SHORT, lying);
    assertThatThrownBy(() -> codec.decode(stream))
        .isInstanceOf(StreamException.Corrupt.class)
        .hasMessageContaining("feature digest");
  }

  // ---- other models

  @Test
  void streamsOfOtherModelsAreRefused() throws Exception {
    byte[] stream = codec.encode(pyramid, QUALITY);
    try (LmsfcCodec other = new SmallModel(99, 3, 4, true, 3).codec(backend)) {
      assertThatThrownBy(() -> other.decode(stream))
          .isInstanceOf(StreamException.WrongModel.class)
          .hasMessageContaining(codec.identity().modelPrefix())
          .hasMessageContaining(other.identity().modelPrefix());
    }
    assertThatThrownBy(() -> plain.decode(stream))
        .isInstanceOf(StreamException.WrongModel.class)
        .hasMessageContaining("the stream is lmsfc-gain, the model given is lmsfc");
    // one weight of one unit in the last place is another model
    var weights = MODEL.weights();
    var bias = weights.get("h_a.0.bias");
    float[] values = bias.floats();
    values[0] = Math.nextUp(values[0]);
    var changed =
        SmallModel.with(
            weights,
            List.of(
                dev.facet.nn.checkpoint.CheckpointTensor.ofFloats(
                    bias.name(), values, bias.shape())));
    try (LmsfcCodec close = MODEL.codec(backend, changed, StreamLimits.DEFAULT)) {
      assertThatThrownBy(() -> close.decode(stream)).isInstanceOf(StreamException.WrongModel.class);
    }
  }

  @Test
  void sameFourBytesOfTheDigestDoNotDeceive() throws Exception {
    byte[] digest = codec.identity().modelDigest();
    digest[31] ^= 1;
    StreamIdentity twin =
        new StreamIdentity(CodecId.LMSFC_GAIN, codec.identity().profile(), digest);
    byte[] stream = StreamWriter.single(twin, FeatureDigestSize.NONE, frame(codec));
    assertThatThrownBy(() -> codec.decode(stream))
        .isInstanceOf(StreamException.Corrupt.class)
        .hasMessageContaining("another model of the same prefix");
  }

  @Test
  void anotherNumericProfileIsRefused() throws Exception {
    int profile = codec.identity().profile() + 1;
    StreamIdentity other =
        new StreamIdentity(CodecId.LMSFC_GAIN, profile, codec.identity().modelDigest());
    byte[] stream = StreamWriter.single(other, FeatureDigestSize.NONE, frame(codec));
    assertThatThrownBy(() -> codec.decode(stream))
        .isInstanceOf(StreamException.WrongProfile.class)
        .hasMessageContaining("made with numeric profile " + profile);
  }

  @Test
  void limitsAreTheCallers() throws Exception {
    byte[] stream = codec.encode(pyramid, QUALITY);
    try (LmsfcCodec strict =
        MODEL.codec(backend, MODEL.weights(), StreamLimits.DEFAULT.withMaxPixels(599))) {
      assertThatThrownBy(() -> strict.decode(stream))
          .isInstanceOf(StreamException.LimitExceeded.class)
          .hasMessageContaining("20x30 positions, the limit is 599");
      ReferenceFile file = codec.encodeReference(pyramid, QUALITY);
      assertThatThrownBy(() -> strict.decodeReference(file, QUALITY))
          .isInstanceOf(StreamException.LimitExceeded.class)
          .hasMessageContaining("20x30 positions, the limit is 599");
      assertThatThrownBy(() -> strict.encode(pyramid, QUALITY))
          .hasMessageContaining("p2 has 20 x 30 positions, more than the limit of 599");
    }
  }

  // ---- the reference format, which has no check at all

  @Test
  void everyFlippedBitOfAReferenceFileDecodesOrIsRefused() throws Exception {
    for (LmsfcCodec each : List.of(codec, plain)) {
      byte[] file = each.encodeReference(pyramid, ONLY).toBytes();
      // sizes: only the low bits; the high ones are the business of the limits below
      for (int bit = 0; bit < 8 * file.length; bit++) {
        decodeOrRefuseReference(each, flipped(file, bit));
      }
      for (int length = 0; length < file.length; length++) {
        byte[] cut = Arrays.copyOf(file, length);
        assertThatThrownBy(() -> each.decodeReference(ReferenceFile.parse(cut), ONLY))
            .isInstanceOf(StreamException.class);
      }
    }
  }

  @Test
  void aReferenceFileOfAnotherModelDecodesOrIsRefused() throws Exception {
    ReferenceFile file = codec.encodeReference(pyramid, ONLY);
    decodeOrRefuseReference(plain, file.toBytes());
    try (LmsfcCodec other = new SmallModel(99, 4, 8, true, 0).codec(backend)) {
      decodeOrRefuseReference(other, file.toBytes());
    }
  }

  @Test
  void hostileReferenceSizesAreRefused() throws Exception {
    ReferenceFile file = codec.encodeReference(pyramid, ONLY);
    for (LevelShape p2 :
        List.of(
            shape(Integer.MAX_VALUE, Integer.MAX_VALUE),
            shape(1, Integer.MAX_VALUE),
            shape(1 << 16, 1 << 16))) {
      ReferenceFile hostile = new ReferenceFile(p2, file.y(), file.z());
      assertThatThrownBy(() -> codec.decodeReference(hostile, ONLY))
          .isInstanceOf(StreamException.LimitExceeded.class);
    }
    // within the limit of positions, but padding makes 64 rows of one
    ReferenceFile row = new ReferenceFile(shape(1, 1 << 22), file.y(), file.z());
    assertThatThrownBy(() -> codec.decodeReference(row, ONLY))
        .isInstanceOf(StreamException.LimitExceeded.class)
        .hasMessageContaining("p2 of 1x4194304, padded to 64 x 4194304");
  }

  // ---- helpers

  private static byte[] sequence() throws Exception {
    return codec.encode(
        List.of(MODEL.pyramid(1, 1, 2), MODEL.pyramid(2, 1, 2), MODEL.pyramid(3, 5, 5)),
        List.of(Quality.of(0), Quality.of(0.5), Quality.of(0)),
        EncodeOptions.DEFAULT);
  }

  private static StreamFrame frame(LmsfcCodec each) throws Exception {
    byte[] stream = each.encode(pyramid, each == codec ? QUALITY : ONLY);
    return StreamFile.open(stream, each.identity(), StreamLimits.DEFAULT).frame(0);
  }

  private static byte[] withPayload(LmsfcCodec each, StreamFrame frame, byte[] payload) {
    return single(each, new StreamFrame(frame.qualitySteps(), frame.shapes(), payload));
  }

  private static byte[] single(LmsfcCodec each, StreamFrame frame) {
    return StreamWriter.single(each.identity(), FeatureDigestSize.NONE, frame);
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] copy = bytes.clone();
    copy[bit / 8] ^= (byte) (1 << bit % 8);
    return copy;
  }

  private static void assertRefused(byte[] stream) {
    try {
      codec.decodeAll(stream);
    } catch (StreamException e) {
      assertThat(e.getMessage()).doesNotContain("\n").matches("byte \\d+, .+: .+");
      return;
    }
    fail("a damaged stream was decoded: " + Arrays.toString(stream));
  }

  /** 1 if it was refused; what is returned has the right shapes and no NaN. */
  private static int decodeOrRefuse(LmsfcCodec each, byte[] stream) throws Exception {
    try {
      FeaturePyramid decoded = each.decode(stream);
      StreamFrame frame = StreamFile.open(stream, each.identity(), StreamLimits.DEFAULT).frame(0);
      assertThat(decoded.requireFinite().shapes()).isEqualTo(frame.shapes());
      each.payloadBits(frame);
      return 0;
    } catch (StreamException e) {
      assertThat(e.getMessage()).doesNotContain("\n").matches("byte \\d+, .+: .+");
      return 1;
    }
  }

  private static void decodeOrRefuseReference(LmsfcCodec each, byte[] file) throws Exception {
    StreamLimits limits = StreamLimits.DEFAULT.withMaxPixels(10_000);
    try {
      ReferenceFile parsed = ReferenceFile.parse(file, limits);
      assertThat(each.decodeReference(parsed, ONLY).requireFinite().size()).isEqualTo(4);
    } catch (StreamException e) {
      assertThat(e.getMessage()).doesNotContain("\n").matches("byte \\d+, .+: .+");
    }
  }

  private static LevelShape shape(int height, int width) {
    return new LevelShape(height, width);
  }
}
