package dev.facet.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BoxesTest {
  @Test
  void overlap() {
    float[] boxes = {0, 0, 2, 2, 1, 1, 3, 3, 5, 5, 6, 6, 4, 4, 4, 4};
    assertThat(Boxes.area(boxes, 0)).isEqualTo(4f);
    assertThat(Boxes.iou(boxes, 0, boxes, 0)).isEqualTo(1f);
    assertThat(Boxes.iou(boxes, 0, boxes, 1)).isEqualTo(1f / 7);
    assertThat(Boxes.iou(boxes, 0, boxes, 2)).isZero();
    assertThat(Boxes.iou(boxes, 3, boxes, 3)).isNaN();
  }

  @Test
  void clipScaleAndFilter() {
    float[] boxes = {-3, 2, 30, 50, 1, 1, 1.5f, 9};
    assertThat(Boxes.clip(boxes, 40, 20)).containsExactly(0, 2, 20, 40, 1, 1, 1.5f, 9);
    assertThat(Boxes.scale(boxes, 2f, 3f)).containsExactly(-9, 4, 90, 100, 3, 2, 4.5f, 18);
    assertThat(Boxes.atLeast(boxes, 1f)).containsExactly(0);
    assertThat(Boxes.select(boxes, new int[] {1, 1})).containsExactly(1, 1, 1.5f, 9, 1, 1, 1.5f, 9);
    assertThatIllegalArgumentException().isThrownBy(() -> Boxes.count(new float[6]));
  }

  @Test
  void zeroDeltasGiveTheReferenceBack() {
    float[] reference = {10, 20, 30, 60};
    float[] twice = BoxCoder.DETECTIONS.decode(reference, new float[8]);
    assertThat(twice).containsExactly(10, 20, 30, 60, 10, 20, 30, 60);
    assertThat(BoxCoder.PROPOSALS.decode(new float[0], new float[0])).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoxCoder.PROPOSALS.decode(new float[8], new float[12]));
  }

  @Test
  void growthIsLimited() {
    float[] box = BoxCoder.PROPOSALS.decode(new float[] {0, 0, 16, 16}, new float[] {0, 0, 50, 4});
    assertThat(box[2] - box[0]).isBetween(999.9f, 1000.1f);
    assertThat(box[3] - box[1]).isBetween(873f, 874f);
  }

  @Test
  void sizeOfTheGoldenImage() {
    DetectionResize rule = new DetectionResize(800, 1333);
    assertThat(rule.of(240, 320)).isEqualTo(new DetectionResize.Size(800, 1066));
    assertThatIllegalArgumentException().isThrownBy(() -> rule.of(0, 5));
  }
}
