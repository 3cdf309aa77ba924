package dev.facet.vision.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.Backend;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.vision.DetectionResize.Size;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MaskPasteTest {
  private static final Backend BACKEND = new ScalarBackend(1);

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  /** The box of 28 pixels grows to 30, from 9 to 39, and then has a row more: 31 pixels. */
  @Test
  void aFullMaskFillsItsBoxAndFallsOffAtTheBorder() {
    Tensor pasted = paste(new Size(50, 60), 20, 10, 48, 38);
    assertThat(pasted.get(24, 34, 0)).isEqualTo(1f);
    assertThat(pasted.get(24, 19, 0)).isBetween(0f, 0.5f);
    assertThat(pasted.get(24, 18, 0)).isEqualTo(0f);
    assertThat(pasted.get(24, 50, 0)).isEqualTo(0f);
    assertThat(pasted.get(40, 34, 0)).isEqualTo(0f);
    assertThat(covered(pasted)).isEqualTo(29 * 29);
  }

  /**
   * Corners are cut towards zero, as in the reference: the border above, from -0.7 on, moves into
   * the image, and its first row is lost; the one to the left, from -1.07 on, stays outside.
   */
  @Test
  void aBoxAtTheImagesBorderIsCut() {
    Tensor pasted = paste(new Size(20, 30), 0, 0, 30, 20);
    assertThat(covered(pasted)).isEqualTo(19 * 30);
    assertThat(pasted.get(1, 0, 0)).isGreaterThanOrEqualTo(0.5f);
    assertThat(covered(paste(new Size(20, 30), 40, 0, 60, 20))).isZero();
  }

  @Test
  void aBoxWithoutAreaCoversNoMoreThanAPixel() {
    assertThat(covered(paste(new Size(20, 30), 5, 5, 5, 5))).isBetween(0, 1);
  }

  @Test
  void aMissingMaskIsNamed() {
    Detections none = new Detections(new float[4], new int[1], new float[1]);
    assertThatThrownBy(() -> MaskPaste.paste(BACKEND, none, 0, new Size(5, 5)))
        .hasMessage("mask 0 of 0");
    assertThatThrownBy(() -> new Detections(new float[8], new int[1], new float[1]))
        .hasMessageContaining("2 boxes, 1 labels");
  }

  private static Tensor paste(Size image, float... box) {
    Tensor mask = Tensor.zeros(28, 28, 1);
    Arrays.fill(mask.data(), 1f);
    Detections one = new Detections(box, new int[] {1}, new float[] {1}, List.of(mask));
    Tensor pasted = MaskPaste.paste(BACKEND, one, 0, image);
    assertThat(pasted.height()).isEqualTo(image.height());
    assertThat(pasted.width()).isEqualTo(image.width());
    return pasted;
  }

  private static int covered(Tensor pasted) {
    int n = 0;
    for (float v : pasted.data()) {
      n += v >= 0.5f ? 1 : 0;
    }
    return n;
  }
}
