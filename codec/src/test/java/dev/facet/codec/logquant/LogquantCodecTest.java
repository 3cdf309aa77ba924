package dev.facet.codec.logquant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.FeatureRange;
import dev.facet.codec.Quality;
import dev.facet.codec.StepVideo;
import dev.facet.codec.video.VideoPicture;
import dev.facet.nn.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogquantCodecTest {
  /** Equations 5 and 6 to the letter. */
  @Test
  void quantiserIsThePapers() {
    Random random = new Random(5);
    float min = -1.25f;
    float max = 37.5f;
    LogarithmicQuantizer quantizer = new LogarithmicQuantizer(new FeatureRange(min, max), 8);
    double most = Math.log((double) max - min + 1);
    double mostLog2 = most / Math.log(2);
    for (int i = 0; i < 2000; i++) {
      float x = min + (max - min) * random.nextFloat();
      int steps = (int) Math.round(Math.log((double) x - min + 1) / most * 255);
      assertThat((int) quantizer.quantize(x)).isEqualTo(steps);
      double value = Math.pow(2, steps * mostLog2 / 255) + min - 1;
      assertThat((double) quantizer.dequantize(steps)).isCloseTo(value, within(1e-5));
    }
    assertThat((int) quantizer.quantize(min)).isEqualTo(0);
    assertThat((int) quantizer.quantize(max)).isEqualTo(255);
    assertThat(quantizer.dequantize(0)).isEqualTo(min);
    assertThat(quantizer.dequantize(255)).isEqualTo(max);
  }

  @Test
  void stepsAreFineNearTheSmallestValue() {
    LogarithmicQuantizer quantizer = new LogarithmicQuantizer(new FeatureRange(0, 100), 8);
    float first = quantizer.dequantize(1) - quantizer.dequantize(0);
    float last = quantizer.dequantize(255) - quantizer.dequantize(254);
    assertThat(last / first).isBetween(95f, 101f);
  }

  @Test
  void eachChannelIsAPictureOfSidesThatHevcTakes() throws Exception {
    Tensor level = Tensor.zeros(5, 9, 3);
    for (int i = 0; i < level.data().length; i++) {
      level.data()[i] = i;
    }
    StepVideo video = new StepVideo();
    try (LogquantCodec codec = new LogquantCodec(video.options())) {
      codec.encode(FeaturePyramid.of(level), Quality.of(4));
    }
    assertThat(video.seen()).hasSize(3);
    VideoPicture third = video.seen().get(2);
    assertThat(third.format()).hasToString("16x8 4:0:0 8 bit");
    LogarithmicQuantizer quantizer = new LogarithmicQuantizer(new FeatureRange(0, 134), 8);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 16; x++) {
        float value = level.get(Math.min(y, 4), Math.min(x, 8), 2);
        assertThat(third.plane(0)[16 * y + x]).isEqualTo(quantizer.quantize(value));
      }
    }
  }
}
