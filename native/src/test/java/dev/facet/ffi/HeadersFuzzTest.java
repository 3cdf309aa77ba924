package dev.facet.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Headers of bitstreams: any bytes are accepted or refused by a VideoCodecException; parameter sets written bit by bit are read. */
class HeadersFuzzTest {
  private static final VideoFormat FORMAT = VideoFormat.monochrome(10, 64, 48);

  @FuzzTest
  void anyBitstream(byte[] bytes) {
    for (VideoFormat format : new VideoFormat[] {FORMAT, VideoFormat.yuv420(8, 64, 48)}) {
      try {
        HevcHeaders.require(bytes, format, 1);
      } catch (VideoCodecException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      }
      try {
        VvcHeaders.require(bytes, format);
      } catch (VideoCodecException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      }
    }
  }

  /** Writes bits as the standards do, with emulation prevention. */
  private static final class Bits {
    private final StringBuilder bits = new StringBuilder();

    Bits u(int count, long value) {
      for (int i = count - 1; i >= 0; i--) {
        bits.append(value >> i & 1);
      }
      return this;
    }

    Bits ue(int value) {
      int length = 31 - Integer.numberOfLeadingZeros(value + 1);
      return u(length, 0).u(length + 1, value + 1L);
    }

    Bits align() {
      while (bits.length() % 8 != 0) {
        bits.append('0');
      }
      return this;
    }

    /** A byte stream of one unit. */
    byte[] unit(int... header) {
      u(1, 1).align();
      StringBuilder hex = new StringBuilder("00000001");
      for (int b : header) {
        hex.append(String.format("%02x", b));
      }
      int zeros = 0;
      for (int i = 0; i < bits.length(); i += 8) {
        int b = Integer.parseInt(bits.substring(i, i + 8), 2);
        if (zeros == 2 && b <= 3) {
          hex.append("03");
          zeros = 0;
        }
        hex.append(String.format("%02x", b));
        zeros = b == 0 ? zeros + 1 : 0;
      }
      return HexFormat.of().parseHex(hex);
    }
  }

  /** ITU-T H.266, 7.3.2.4, up to the bit depth. */
  private static byte[] vvcSps(
      int width, int height, int bits, boolean constraints, int subLayers) {
    Bits sps = new Bits().u(4, 0).u(4, 0).u(3, subLayers).u(2, 0).u(2, 2).u(1, 1);
    sps.u(7, 65).u(1, 0).u(8, 35).u(1, 1).u(1, 0); // profile_tier_level
    sps.u(1, constraints ? 1 : 0);
    if (constraints) {
      for (int i = 0; i < 71; i++) {
        sps.u(1, i % 2);
      }
      sps.u(8, 3).u(3, 5);
    }
    sps.align();
    for (int i = 0; i < subLayers; i++) {
      sps.u(1, i % 2);
    }
    sps.align();
    for (int i = 0; i < subLayers / 2; i++) {
      sps.u(8, 16);
    }
    sps.u(8, 1).u(32, 0xCAFE0000L);
    return sps.u(1, 0)
        .u(1, 1)
        .u(1, 0)
        .ue(width)
        .ue(height)
        .u(1, 0)
        .u(1, 0)
        .ue(bits - 8)
        .u(32, 0)
        .unit(0, 15 << 3 | 1);
  }

  @Test
  void vvcParameterSets() throws Exception {
    for (int subLayers = 0; subLayers <= 6; subLayers++) {
      for (boolean constraints : new boolean[] {false, true}) {
        VvcHeaders.require(vvcSps(64, 48, 10, constraints, subLayers), FORMAT);
        int layers = subLayers;
        assertThatThrownBy(
                () -> VvcHeaders.require(vvcSps(65_528, 48, 10, constraints, layers), FORMAT))
            .hasMessageContaining("65528x48");
        assertThatThrownBy(() -> VvcHeaders.require(vvcSps(64, 48, 8, constraints, layers), FORMAT))
            .hasMessageContaining("8 bit");
      }
    }
    assertThatThrownBy(
            () -> VvcHeaders.require(vvcSps(64, 48, 8, true, 0), VideoFormat.yuv420(8, 64, 48)))
        .hasMessageContaining("chroma format 0");
  }

  /** ITU-T H.265, 7.3.2.2, up to the bit depths, then a first slice of an IDR picture. */
  private static byte[] hevc(int width, int height, int bits, int subLayers) {
    Bits sps = new Bits().u(4, 0).u(3, subLayers).u(1, 1).u(32, 4 << 24).u(32, 0).u(32, 0);
    for (int i = 0; i < 8 && subLayers > 0; i++) {
      sps.u(1, i < subLayers ? 1 : 0).u(1, i < subLayers ? 1 : 0);
    }
    for (int i = 0; i < subLayers; i++) {
      sps.u(32, 0).u(32, 0).u(24, 0).u(8, 30);
    }
    byte[] first =
        sps.ue(0).ue(0).ue(width).ue(height).u(1, 0).ue(bits - 8).ue(bits - 8).u(32, 0).unit(66, 1);
    byte[] slice = new Bits().u(1, 1).u(7, 1).unit(38, 1);
    byte[] all = java.util.Arrays.copyOf(first, first.length + slice.length);
    System.arraycopy(slice, 0, all, first.length, slice.length);
    return all;
  }

  @Test
  void hevcParameterSets() throws Exception {
    for (int subLayers = 0; subLayers <= 6; subLayers++) {
      int layers = subLayers;
      HevcHeaders.require(hevc(64, 48, 10, subLayers), FORMAT, 1);
      assertThatThrownBy(() -> HevcHeaders.require(hevc(64, 65_528, 10, layers), FORMAT, 1))
          .hasMessageContaining("64x65528");
      assertThatThrownBy(() -> HevcHeaders.require(hevc(64, 48, 12, layers), FORMAT, 1))
          .hasMessageContaining("12 bit");
      assertThatThrownBy(() -> HevcHeaders.require(hevc(64, 48, 10, layers), FORMAT, 2))
          .hasMessage("the bitstream has 1 pictures, 2 were announced");
    }
  }
}
