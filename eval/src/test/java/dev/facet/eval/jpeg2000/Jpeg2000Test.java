package dev.facet.eval.jpeg2000;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.codec.video.VideoCodec;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoCodecs;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import dev.facet.codec.video.VideoStandard;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Jpeg2000Test {
  private final VideoCodec codec = new Jpeg2000();

  private static VideoPicture picture(VideoFormat format, long seed) {
    Random random = new Random(seed);
    short[][] planes = new short[format.chroma().planes()][];
    double max = format.maxSample();
    for (int p = 0; p < planes.length; p++) {
      int width = format.planeWidth(p);
      planes[p] = new short[width * format.planeHeight(p)];
      for (int i = 0; i < planes[p].length; i++) {
        double wave = Math.sin(p + i % width / 5.0) * Math.cos(i / width / 7.0);
        double value = 0.5 + 0.3 * wave + 0.03 * random.nextGaussian();
        planes[p][i] = (short) Math.clamp(Math.round(value * max), 0, (long) max);
      }
    }
    return VideoPicture.of(format, planes);
  }

  private static double rmse(VideoPicture a, VideoPicture b, int plane) {
    double sum = 0;
    for (int i = 0; i < a.plane(plane).length; i++) {
      double d = a.plane(plane)[i] - b.plane(plane)[i];
      sum += d * d;
    }
    return Math.sqrt(sum / a.plane(plane).length) / a.format().maxSample();
  }

  static Stream<VideoFormat> formats() {
    return Stream.of(
        VideoFormat.monochrome(8, 96, 64),
        VideoFormat.monochrome(10, 300, 201),
        VideoFormat.monochrome(10, 1, 1),
        VideoFormat.monochrome(8, 3, 40),
        VideoFormat.yuv420(8, 128, 96),
        VideoFormat.yuv420(10, 34, 2));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void roundTripWithinTheStep(VideoFormat format) throws Exception {
    List<VideoPicture> pictures = List.of(picture(format, 1), picture(format, 2));
    for (int qp : new int[] {4, 12, 22, 32, 42}) {
      byte[] bytes = codec.encode(pictures, qp);
      List<VideoPicture> decoded = codec.decode(bytes, format, 2);
      for (int i = 0; i < 2; i++) {
        for (int p = 0; p < format.chroma().planes(); p++) {
          // a uniform quantiser's error is step / sqrt(12); the deadzone doubles it at most
          assertThat(rmse(pictures.get(i), decoded.get(i), p))
              .as("QP %d, plane %d", qp, p)
              .isLessThan(0.8 * Jpeg2000.step(qp) + 1.0 / format.maxSample());
        }
      }
      assertThat(codec.encode(pictures, qp)).as("the same bytes again").isEqualTo(bytes);
    }
  }

  @Test
  void aLargerQpIsFewerBytesAndMoreError() throws Exception {
    VideoFormat format = VideoFormat.monochrome(10, 256, 192);
    VideoPicture picture = picture(format, 3);
    int bytes = Integer.MAX_VALUE;
    double error = 0;
    for (int qp : new int[] {0, 12, 22, 32, 42, 51}) {
      byte[] coded = codec.encode(List.of(picture), qp);
      double worse = rmse(picture, codec.decode(coded, format, 1).getFirst(), 0);
      assertThat(coded.length).isLessThan(bytes);
      assertThat(worse).isGreaterThan(error);
      bytes = coded.length;
      error = worse;
    }
  }

  @Test
  void itIsFoundWithoutAnyNativeLibrary() throws Exception {
    VideoCodecs codecs = VideoCodecs.installed();
    assertThat(codecs.open(VideoStandard.JPEG2000)).isInstanceOf(Jpeg2000.class);
    assertThat(codecs.best()).isEqualTo(VideoStandard.JPEG2000);
    assertThatThrownBy(() -> codecs.open(VideoStandard.HEVC))
        .isInstanceOf(VideoCodecException.class)
        .hasMessage("hevc: not found: no module of this build has it");
  }

  @Test
  void everyCutIsRefused() throws Exception {
    VideoFormat format = VideoFormat.monochrome(10, 40, 30);
    byte[] bytes = codec.encode(List.of(picture(format, 1)), 22);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> codec.decode(cut, format, 1))
          .isInstanceOf(VideoCodecException.class)
          .hasMessageMatching("[^\\n]+");
    }
    assertThatThrownBy(() -> codec.decode(Arrays.copyOf(bytes, bytes.length + 1), format, 1))
        .hasMessage("the bitstream has more pictures than 1");
  }

  @Test
  void everyFlippedBitIsAnErrorOrAPicture() throws Exception {
    VideoFormat format = VideoFormat.monochrome(8, 24, 18);
    byte[] bytes = codec.encode(List.of(picture(format, 1)), 27);
    int refused = 0;
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        assertThat(codec.decode(damaged, format, 1)).hasSize(1);
      } catch (VideoCodecException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(100); // most of the header
  }

  @Test
  void anotherFormatIsRefused() throws Exception {
    byte[] bytes = codec.encode(List.of(picture(VideoFormat.monochrome(10, 40, 30), 1)), 22);
    assertThatThrownBy(() -> codec.decode(bytes, VideoFormat.monochrome(10, 40, 31), 1))
        .hasMessageContaining("40x30");
    assertThatThrownBy(() -> codec.decode(bytes, VideoFormat.monochrome(8, 40, 30), 1))
        .hasMessageContaining("10 bits");
  }

  @Test
  void aQpOutOfRangeIsTheCallersFault() {
    List<VideoPicture> one = List.of(picture(VideoFormat.monochrome(8, 32, 32), 1));
    assertThatThrownBy(() -> codec.encode(one, 52)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> codec.encode(List.of(), 5))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
