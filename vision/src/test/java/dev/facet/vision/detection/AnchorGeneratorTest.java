package dev.facet.vision.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.vision.DetectionResize.Size;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnchorGeneratorTest {
  /** The three of size 32: 45.25 x 22.6, 32 x 32 and 22.6 x 45.25, corners rounded. */
  @Test
  void anchorsOfTheFirstPlaceLieAroundItsCorner() {
    assertThat(AnchorGenerator.PYRAMID.at(0, 2, 2, new Size(8, 8), new int[] {0, 1, 2}))
        .containsExactly(-23, -11, 23, 11, -16, -16, 16, 16, -11, -23, 11, 23);
  }

  /** Place 5 of 2 x 3 is row 1, column 2; a side of 800 / 13 rows steps by 61. */
  @Test
  void placesFollowRowsAndStepByWholePixels() {
    float[] box = AnchorGenerator.PYRAMID.at(0, 2, 3, new Size(8, 15), new int[] {5 * 3 + 1});
    assertThat(box).containsExactly(10 - 16, 4 - 16, 10 + 16, 4 + 16);
    float[] last = AnchorGenerator.PYRAMID.at(4, 13, 17, new Size(800, 1088), new int[] {3 * 17});
    assertThat(last[1] + last[3]).isEqualTo(2 * 61);
    assertThat(last[0] + last[2]).isEqualTo(0);
  }

  @Test
  void halvesAreRoundedToEven() {
    AnchorGenerator odd = new AnchorGenerator(List.of(new float[] {5, 7}), new float[] {1});
    assertThat(odd.perPlace(0)).isEqualTo(2);
    assertThat(odd.at(0, 1, 1, new Size(1, 1), new int[] {0, 1}))
        .containsExactly(-2, -2, 2, 2, -4, -4, 4, 4);
  }

  @Test
  void impossibleAnchorsAreRefused() {
    assertThatThrownBy(() -> new AnchorGenerator(List.of(), new float[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new AnchorGenerator(List.of(new float[] {32}), new float[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new AnchorGenerator(List.of(new float[] {-1}), new float[] {1}))
        .hasMessageContaining("size -1.0");
  }
}
