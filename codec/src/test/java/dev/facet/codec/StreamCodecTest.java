package dev.facet.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.codec.stream.FeatureDigestSize;
import dev.facet.codec.stream.PictureSize;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFile;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every codec shares. */
class StreamCodecTest {
  @TempDir private Path folder;
  private RawCodec codec;

  @BeforeEach
  void open() throws IOException {
    codec = new RawCodec(Packs.write(folder.resolve("pack"), 3, 6));
  }

  @Test
  void singleImage() throws Exception {
    FeaturePyramid pyramid = RawCodec.pyramid(13, 9, 3, 1);
    byte[] stream = codec.encode(pyramid, Quality.of(2.5));
    assertThat(codec.decode(stream).sameBits(pyramid)).isTrue();
    assertThat(codec.decode(stream, 0).sameBits(pyramid)).isTrue();
    assertThat(codec.decodeAll(stream)).hasSize(1);
    assertThat(stream).isEqualTo(codec.encode(pyramid, Quality.of(2.5)));
  }

  @Test
  void sizeOfThePictureComesBack() throws Exception {
    PictureSize size = new PictureSize(50, 33);
    FeaturePyramid pyramid = RawCodec.pyramid(13, 9, 3, 1).withPicture(size);
    for (FeatureDigestSize digest : FeatureDigestSize.values()) {
      EncodeOptions options = EncodeOptions.DEFAULT.withFeatureDigest(digest);
      byte[] stream = codec.encode(pyramid, Quality.of(2), options);
      assertThat(codec.decode(stream).picture()).contains(size);
    }
    byte[] without = codec.encode(RawCodec.pyramid(13, 9, 3, 1), Quality.of(2));
    assertThat(codec.decode(without).picture()).isEmpty();
  }

  @Test
  void sequence() throws Exception {
    List<FeaturePyramid> pyramids =
        List.of(
            RawCodec.pyramid(13, 9, 3, 1),
            RawCodec.pyramid(13, 9, 3, 2),
            RawCodec.pyramid(8, 8, 3, 3));
    EncodeOptions options = EncodeOptions.DEFAULT.withFeatureDigest(FeatureDigestSize.FULL);
    byte[] stream =
        codec.encode(pyramids, List.of(Quality.of(0), Quality.of(1), Quality.of(5)), options);
    List<FeaturePyramid> decoded = codec.decodeAll(stream);
    for (int i = 0; i < 3; i++) {
      assertThat(decoded.get(i).sameBits(pyramids.get(i))).isTrue();
      assertThat(codec.decode(stream, i).sameBits(pyramids.get(i))).isTrue();
    }
    StreamFile file = StreamFile.open(stream, codec.identity(), StreamLimits.DEFAULT);
    assertThat(file.frame(1).qualitySteps()).isEqualTo(32);
    assertThat(file.frame(1).featureDigest()).isEqualTo(FeatureDigest.of(pyramids.get(1)));
    assertThatThrownBy(() -> codec.decode(stream))
        .isInstanceOf(StreamException.LimitExceeded.class)
        .hasMessageContaining("3 frames where one is expected");
    assertThatThrownBy(() -> codec.decode(stream, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(codec.encode(pyramids, List.of(Quality.of(1)), options)).isNotEmpty();
    assertThatThrownBy(() -> codec.encode(pyramids, List.of(Quality.of(1), Quality.of(1)), options))
        .hasMessageContaining("3 pyramids and 2 qualities");
  }

  @Test
  void digestOfTheFeaturesIsChecked() throws Exception {
    // 1/32 is rounded away: what is decoded differs from what was encoded, and the digest is of the
    // former
    FeaturePyramid pyramid = RawCodec.pyramid(8, 8, 3, 1);
    pyramid.level(0).data()[0] = 1 / 64f;
    EncodeOptions options = EncodeOptions.DEFAULT.withFeatureDigest(FeatureDigestSize.SHORT);
    byte[] stream = codec.encode(pyramid, Quality.of(0), options);
    assertThat(codec.decode(stream).level(0).data()[0]).isZero();

    StreamFile file = StreamFile.open(stream, codec.identity(), StreamLimits.DEFAULT);
    byte[] wrong = file.frame(0).featureDigest().clone();
    wrong[7] ^= 1;
    byte[] forged =
        dev.facet.codec.stream.StreamWriter.single(
            codec.identity(),
            FeatureDigestSize.SHORT,
            new dev.facet.codec.stream.StreamFrame(
                0, file.frame(0).shapes(), file.frame(0).payload(), wrong));
    assertThatThrownBy(() -> codec.decode(forged))
        .isInstanceOf(StreamException.Corrupt.class)
        .hasMessageContaining("the decoded features are not those of the encoder");
  }

  @Test
  void unfitInputIsRefused() {
    Quality q = Quality.of(0);
    assertThatThrownBy(() -> codec.encode(RawCodec.pyramid(8, 8, 4, 1), q))
        .isInstanceOf(FeatureException.class)
        .hasMessageContaining("p2 has 4 channels, test codes 3");
    assertThatThrownBy(() -> codec.encode(FeaturePyramid.of(Tensor.zeros(1, 1, 3)), q))
        .hasMessage("1 levels given, test codes 4");
    FeaturePyramid infinite = RawCodec.pyramid(8, 8, 3, 1);
    infinite.level(3).data()[0] = Float.POSITIVE_INFINITY;
    assertThatThrownBy(() -> codec.encode(infinite, q)).hasMessageContaining("p5 is Infinity");
    assertThatThrownBy(() -> codec.encode(RawCodec.pyramid(8, 8, 3, 1), Quality.of(6)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void streamsOfOtherModelsAreRefused() throws Exception {
    RawCodec other = new RawCodec(Packs.write(folder.resolve("other"), 3, 7));
    byte[] stream = other.encode(RawCodec.pyramid(8, 8, 3, 1), Quality.of(6));
    assertThatThrownBy(() -> codec.decode(stream)).isInstanceOf(StreamException.WrongModel.class);
  }
}
