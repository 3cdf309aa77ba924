package dev.facet.vision.detection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.nn.Backend;
import dev.facet.nn.RoiAlign;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.vision.Convention;
import dev.facet.vision.DetectionResize.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MultiScaleRoiAlignTest {
  @Test
  void aBoxOfTheCanonicalSideBelongsToP4AndEachHalvingOneLevelFiner() {
    try (Backend backend = new ScalarBackend(1)) {
      MultiScaleRoiAlign regions = new MultiScaleRoiAlign(backend, 7, 224, Convention.TORCHVISION);
      assertThat(regions.octave(224 * 224)).isEqualTo(4);
      assertThat(regions.octave(223 * 223)).isEqualTo(3);
      assertThat(regions.octave(112 * 112)).isEqualTo(3);
      assertThat(regions.octave(111.9f * 111.9f)).isEqualTo(2);
      assertThat(regions.octave(448 * 448)).isEqualTo(5);
      assertThat(regions.octave(447 * 448)).isEqualTo(4);
      assertThat(regions.octave(896 * 896)).isEqualTo(6);
      MultiScaleRoiAlign coarser = new MultiScaleRoiAlign(backend, 7, 56, Convention.TORCHVISION);
      assertThat(coarser.octave(56 * 56)).isEqualTo(4);
      assertThat(coarser.octave(55 * 56)).isEqualTo(3);
      assertThat(coarser.octave(27 * 28)).isEqualTo(2);
    }
  }

  /** Also where the image ends before the padding does, and for boxes of no area. */
  @Test
  void everyBoxIsSampledOnItsLevelAndKeepsItsPlace() {
    SplittableRandom random = new SplittableRandom(5);
    Size resized = new Size(500, 490);
    List<Tensor> levels = new ArrayList<>();
    for (int step = 4; step <= 32; step *= 2) {
      Tensor level = Tensor.zeros(512 / step, 512 / step, 3);
      for (int i = 0; i < level.data().length; i++) {
        level.data()[i] = (float) random.nextDouble();
      }
      levels.add(level);
    }
    float[] boxes = {
      10, 10, 240, 240, // p4
      0, 0, 490, 500, // p5
      100, 50, 120, 90, // p2
      7, 7, 7, 7, // p2, no area
      30, 40, 160, 170, // p3
      250, 260, 480, 490, // p4
    };
    int[] expected = {2, 3, 0, 0, 1, 2};
    try (Backend backend = new ScalarBackend(1)) {
      Tensor all =
          new MultiScaleRoiAlign(backend, 7, 224, Convention.TORCHVISION)
              .apply(levels, boxes, resized);
      assertThat(all.height()).isEqualTo(6 * 7);
      for (int i = 0; i < expected.length; i++) {
        float scale = 1f / (4 << expected[i]);
        Tensor one =
            backend.roiAlign(
                levels.get(expected[i]),
                Arrays.copyOfRange(boxes, 4 * i, 4 * i + 4),
                new RoiAlign(7, 7, scale, 2, false));
        assertThat(backend.crop(all, 7 * i, 0, 7, 7).sameBits(one)).as("box %d", i).isTrue();
      }
    }
  }
}
