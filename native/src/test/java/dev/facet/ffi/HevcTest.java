package dev.facet.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facet.codec.video.ChromaFormat;
import dev.facet.codec.video.VideoCodec;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** x265 and libde265, through the foreign function interface and as programs, where they are installed. */
class HevcTest {
  private static final int[] QPS = {12, 22, 32, 42};

  private static <T> T installed(Access.Way<T> way) {
    Optional<T> found = Optional.empty();
    String problem = "";
    try {
      found = Optional.of(way.open());
    } catch (VideoCodecException e) {
      problem = e.getMessage();
    }
    assumeTrue(
        found.isPresent(), "not installed: " + problem + "; native/setup installs it on Debian");
    return found.get();
  }

  static Stream<Arguments> formats() {
    List<Arguments> all = new ArrayList<>();
    for (ChromaFormat chroma : ChromaFormat.values()) {
      for (int bits : new int[] {8, 10}) {
        for (int qp : QPS) {
          all.add(Arguments.of(new VideoFormat(chroma, bits, 208, 152), qp));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void theLibraryWritesTheBytesOfTheProgram(VideoFormat format, int qp) throws Exception {
    List<VideoPicture> pictures = List.of(Pictures.of(format, qp), Pictures.of(format, qp + 1));
    byte[] bytes = installed(X265::open).encode(pictures, qp);
    byte[] program = installed(X265Tool::open).encode(pictures, qp);
    assertThat(Arrays.mismatch(bytes, program)).as("first byte that differs").isEqualTo(-1);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void theLibraryReadsThePicturesOfTheProgram(VideoFormat format, int qp) throws Exception {
    List<VideoPicture> pictures = List.of(Pictures.of(format, qp), Pictures.of(format, qp + 1));
    byte[] bytes = installed(X265::open).encode(pictures, qp);
    List<VideoPicture> decoded = installed(De265::open).decode(bytes, format, 2);
    assertThat(decoded).isEqualTo(installed(De265Tool::open).decode(bytes, format, 2));
    assertThat(meanSquaredError(pictures.get(1), decoded.get(1))).isBetween(1e-8, 0.005);
  }

  /** What is left out is read all the same: from the first picture. */
  @Test
  void parameterSetsAreWrittenOnce() throws Exception {
    VideoFormat format = VideoFormat.monochrome(8, 16, 16);
    List<VideoPicture> pictures =
        List.of(Pictures.of(format, 1), Pictures.of(format, 2), Pictures.of(format, 3));
    byte[] bytes = installed(X265::open).encode(pictures, 22);
    List<Integer> types = new ArrayList<>();
    for (NalUnits.Unit unit : NalUnits.of(bytes)) {
      types.add(bytes[unit.start()] >> 1 & 0x3F);
    }
    assertThat(types).startsWith(32, 33, 34).filteredOn(type -> type >= 32).hasSize(3);
    assertThat(types).filteredOn(type -> type < 32).hasSize(3);
    List<VideoPicture> decoded = installed(De265::open).decode(bytes, format, 3);
    for (int i = 0; i < 3; i++) {
      assertThat(meanSquaredError(pictures.get(i), decoded.get(i))).isLessThan(0.001);
      byte[] alone = installed(X265::open).encode(pictures.subList(i, i + 1), 22);
      assertThat(installed(De265::open).decode(alone, format, 1))
          .as("the same as with its own parameter sets")
          .containsExactly(decoded.get(i));
    }
  }

  @Test
  void theQuantiserFollowsTheQp() throws Exception {
    VideoCodec codec = installed(new HevcProvider()::open);
    VideoFormat format = VideoFormat.monochrome(10, 128, 128);
    VideoPicture picture = Pictures.of(format, 1);
    int bytes = Integer.MAX_VALUE;
    double error = 0;
    for (int qp : QPS) {
      byte[] bitstream = codec.encode(List.of(picture), qp);
      double worse = meanSquaredError(picture, codec.decode(bitstream, format, 1).getFirst());
      assertThat(bitstream.length).isLessThan(bytes);
      assertThat(worse).isGreaterThan(error);
      bytes = bitstream.length;
      error = worse;
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void sizesOfAnyKind(VideoFormat format) throws Exception {
    VideoCodec codec = installed(new HevcProvider()::open);
    VideoPicture picture = Pictures.of(format, 5);
    VideoPicture decoded = codec.decode(codec.encode(List.of(picture), 12), format, 1).getFirst();
    assertThat(decoded.format()).isEqualTo(format);
    assertThat(meanSquaredError(picture, decoded)).isLessThan(0.001);
  }

  static Stream<VideoFormat> sizes() {
    return Stream.of(
        VideoFormat.monochrome(10, 1, 1),
        VideoFormat.monochrome(8, 8, 8),
        VideoFormat.monochrome(10, 17, 300),
        VideoFormat.monochrome(10, 65, 33),
        VideoFormat.monochrome(8, 301, 15),
        VideoFormat.yuv420(8, 2, 2),
        VideoFormat.yuv420(8, 66, 18),
        VideoFormat.yuv420(10, 350, 62));
  }

  private static double meanSquaredError(VideoPicture a, VideoPicture b) {
    double sum = 0;
    double max = a.format().maxSample();
    for (int i = 0; i < a.plane(0).length; i++) {
      double d = (a.plane(0)[i] - b.plane(0)[i]) / max;
      sum += d * d;
    }
    return sum / a.plane(0).length;
  }

  @Test
  void everyDecoderReadsTheSame() throws Exception {
    VideoFormat format = VideoFormat.monochrome(10, 136, 72);
    byte[] bytes = installed(X265::open).encode(List.of(Pictures.of(format, 3)), 30);
    List<VideoPicture> expected = installed(De265::open).decode(bytes, format, 1);
    List<Access.Way<VideoDecoder>> others = List.of(De265Tool::open, () -> FfmpegTool.open("hevc"));
    for (Access.Way<VideoDecoder> way : others) {
      VideoDecoder decoder;
      try {
        decoder = way.open();
      } catch (VideoCodecException e) {
        continue; // the programs are not needed where the library is
      }
      assertThat(decoder.decode(bytes, format, 1)).as(decoder.description()).isEqualTo(expected);
    }
  }

  @Test
  void anotherFormatOrCountIsRefusedBeforeDecoding() throws Exception {
    VideoCodec codec = installed(new HevcProvider()::open);
    VideoFormat format = VideoFormat.monochrome(10, 64, 48);
    byte[] bytes = codec.encode(List.of(Pictures.of(format, 1)), 30);
    for (VideoFormat other :
        List.of(
            VideoFormat.monochrome(8, 64, 48),
            VideoFormat.monochrome(10, 64, 56),
            VideoFormat.yuv420(10, 64, 48))) {
      assertThatThrownBy(() -> codec.decode(bytes, other, 1))
          .isInstanceOf(VideoCodecException.class)
          .hasMessageContaining("64x48");
    }
    assertThatThrownBy(() -> codec.decode(bytes, format, 2))
        .hasMessage("the bitstream has 1 pictures, 2 were announced");
  }

  @Test
  void damageIsAnErrorOrAPicture() throws Exception {
    VideoCodec codec = installed(new HevcProvider()::open);
    VideoFormat format = VideoFormat.monochrome(10, 64, 64);
    byte[] bytes = codec.encode(List.of(Pictures.of(format, 1)), 37);
    int refused = 0;
    for (int i = 0; i < bytes.length; i += 3) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 0x10;
      try {
        assertThat(codec.decode(damaged, format, 1)).hasSize(1);
      } catch (VideoCodecException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).isPositive();
    for (int length = 0; length < bytes.length; length += 5) {
      byte[] cut = Arrays.copyOf(bytes, length);
      try {
        assertThat(codec.decode(cut, format, 1)).hasSize(1);
      } catch (VideoCodecException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      }
    }
  }

  @Test
  void aQpOrPicturesOutOfRangeAreTheCallersFault() throws Exception {
    VideoCodec codec = installed(new HevcProvider()::open);
    List<VideoPicture> one = List.of(Pictures.of(VideoFormat.monochrome(8, 32, 32), 1));
    assertThatThrownBy(() -> codec.encode(one, 52)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> codec.encode(List.of(), 30))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
