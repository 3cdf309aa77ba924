package dev.facet.eval.jpeg2000;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;

/** Any bytes are a picture or a VideoCodecException of one line. */
class CodestreamFuzzTest {
  @FuzzTest
  void anyBitstream(byte[] bytes) {
    for (VideoFormat format :
        new VideoFormat[] {VideoFormat.monochrome(8, 24, 18), VideoFormat.yuv420(8, 48, 36)}) {
      try {
        assertThat(new Jpeg2000().decode(bytes, format, 1).getFirst().format()).isEqualTo(format);
      } catch (VideoCodecException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      }
    }
  }
}
