package dev.facet.vision.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facet.nn.Backend;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.vision.Convention;
import dev.facet.vision.DetectionResize;
import dev.facet.vision.DetectionResize.Size;
import dev.facet.vision.backbone.ImageNormalization;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What detectron2 does otherwise than torchvision, step by step, against scalar definitions. */
class ConventionTest {
  private static final Backend BACKEND = new ScalarBackend(1);

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  @Test
  void sizesOfResizedImages() {
    DetectionResize rule = new DetectionResize(800, 1333, Convention.DETECTRON2);
    assertThat(rule.of(480, 640)).isEqualTo(new Size(800, 1067));
    assertThat(rule.of(640, 480)).isEqualTo(new Size(1067, 800));
    assertThat(rule.of(240, 320)).isEqualTo(new Size(800, 1067));
    assertThat(rule.of(400, 1000)).isEqualTo(new Size(533, 1333));
    assertThat(rule.of(800, 800)).isEqualTo(new Size(800, 800));
    assertThat(new DetectionResize(800, 1333).of(240, 320)).isEqualTo(new Size(800, 1066));
  }

  /** Numbers of Pillow 9.4: Image.fromarray(a).resize((w, h), Image.BILINEAR). */
  @Test
  void pillowsResize() {
    Tensor image = Tensor.zeros(6, 9, 1);
    for (int i = 0; i < 54; i++) {
      image.data()[i] = (37 * i * i + 11 * i) % 256 / 255f;
    }
    int[] smaller = {119, 157, 163, 128, 168, 154, 140, 140, 154, 101, 127, 87};
    assertThat(bytes(PillowResize.apply(BACKEND, image, new Size(3, 4)))).containsExactly(smaller);
    int[] narrower = {
      33, 128, 141, 144, 126, 126, 192, 209, 128, 142, 198, 185, 187, 91, 155, 138, 156, 75, 160,
      145, 166, 105, 205, 159, 113, 172, 81, 49, 55, 41
    };
    assertThat(bytes(PillowResize.apply(BACKEND, image, new Size(6, 5)))).containsExactly(narrower);
    int[] firstRowsOfLarger = {
      0, 26, 76, 161, 133, 114, 124, 185, 176, 116, 103, 123, 152, 15, 93, 173, 213, 141, 128, 204,
      221, 168, 76, 129, 142, 137
    };
    assertThat(bytes(PillowResize.apply(BACKEND, image, new Size(8, 13))))
        .startsWith(firstRowsOfLarger);
  }

  @Test
  void anchorsAreNotRounded() {
    AnchorGenerator anchors =
        new AnchorGenerator(
            List.of(new float[] {32}), new float[] {0.5f, 1, 2}, Convention.DETECTRON2);
    float[] boxes = anchors.at(0, 8, 8, new Size(32, 32), new int[] {0, 1, 2, 3 * 9 + 1});
    double half = 16 / Math.sqrt(2);
    float[] expected = {
      (float) (-2 * half),
      (float) -half,
      (float) (2 * half),
      (float) half, //
      -16,
      -16,
      16,
      16, //
      (float) -half,
      (float) (-2 * half),
      (float) half,
      (float) (2 * half), //
      -12,
      -12,
      20,
      20, // row 1, column 1
    };
    assertThat(boxes).containsExactly(expected, within(1e-5f));
  }

  /** Each bin is the mean of ceil(side) samples a side, half a pixel further up and left. */
  @Test
  void alignedRoiAlign() {
    SplittableRandom random = new SplittableRandom(3);
    Tensor p2 = Tensor.zeros(40, 48, 2);
    for (int i = 0; i < p2.data().length; i++) {
      p2.data()[i] = (float) random.nextDouble();
    }
    Size resized = new Size(160, 192);
    float[] box = {13, 22, 101.5f, 71.25f};
    Tensor bins = detectron2().apply(List.of(p2), box, resized);
    double left = 13 / 4.0 - 0.5;
    double top = 22 / 4.0 - 0.5;
    double binWidth = (101.5 - 13) / 4 / 7;
    double binHeight = (71.25 - 22) / 4 / 7;
    int columns = (int) Math.ceil(binWidth);
    int rows = (int) Math.ceil(binHeight);
    assertThat(new int[] {rows, columns}).containsExactly(2, 4);
    for (int by = 0; by < 7; by++) {
      for (int bx = 0; bx < 7; bx++) {
        for (int c = 0; c < 2; c++) {
          double sum = 0;
          for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
              double y = top + (by + (i + 0.5) / rows) * binHeight;
              double x = left + (bx + (j + 0.5) / columns) * binWidth;
              sum += bilinear(p2, y, x, c);
            }
          }
          assertThat((double) bins.data()[(by * 7 + bx) * 2 + c])
              .isCloseTo(sum / (rows * columns), within(1e-5));
        }
      }
    }
  }

  @Test
  void levelsOfBoxes() {
    assertThat(detectron2().octave(224 * 224)).isEqualTo(4);
    assertThat(detectron2().octave(223 * 223)).isEqualTo(3);
    assertThat(detectron2().octave(448 * 448)).isEqualTo(5);
    assertThat(detectron2().octave(0)).isNegative();
  }

  private static MultiScaleRoiAlign detectron2() {
    return new MultiScaleRoiAlign(BACKEND, 7, 224, Convention.DETECTRON2);
  }

  /** (255 * v - mean) / std of blue first. */
  @Test
  void blueFirst() {
    float[] mean = {103.53f / 255, 116.28f / 255, 123.675f / 255};
    float[] std = {1 / 255f, 57.12f / 255, 58.395f / 255};
    Tensor image = Tensor.of(1, 2, 3, new float[] {1, 0.5f, 0.25f, 0, 0.2f, 0.4f});
    Tensor prepared = new ImageNormalization(mean, std, true).apply(BACKEND, image);
    float[] expected = {
      0.25f * 255 - 103.53f,
      (0.5f * 255 - 116.28f) / 57.12f,
      (255 - 123.675f) / 58.395f,
      0.4f * 255 - 103.53f,
      (0.2f * 255 - 116.28f) / 57.12f,
      -123.675f / 58.395f
    };
    assertThat(prepared.data()).containsExactly(expected, within(1e-4f));
  }

  private static double bilinear(Tensor t, double y, double x, int c) {
    int y0 = (int) Math.floor(y);
    int x0 = (int) Math.floor(x);
    double ly = y - y0;
    double lx = x - x0;
    return (1 - ly) * ((1 - lx) * at(t, y0, x0, c) + lx * at(t, y0, x0 + 1, c))
        + ly * ((1 - lx) * at(t, y0 + 1, x0, c) + lx * at(t, y0 + 1, x0 + 1, c));
  }

  private static double at(Tensor t, int y, int x, int c) {
    return t.data()[(y * t.width() + x) * t.channels() + c];
  }

  private static int[] bytes(Tensor image) {
    int[] bytes = new int[image.data().length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = Math.round(image.data()[i] * 255);
    }
    return bytes;
  }
}
