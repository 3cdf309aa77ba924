package dev.facet.eval.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.Tensor;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RunLengthMaskTest {
  @Test
  void readsCocosString() {
    // by hand, from the rules of rleToString: 40 takes two groups, 5 - 40 is negative, 21 - 5 would
    // look negative in one group
    int[] counts = {6, 1, 40, 4, 5, 4, 5, 4, 21};
    RunLengthMask mask = RunLengthMask.parse(9, 10, "61X13mN000`0");
    assertThat(mask.counts()).containsExactly(counts);
    assertThat(RunLengthMask.of(9, 10, counts).compressed()).isEqualTo("61X13mN000`0");
    assertThat(mask.area()).isEqualTo(13);
  }

  @Test
  void agreesWithPixels() {
    SplittableRandom random = new SplittableRandom(42);
    for (int n = 0; n < 200; n++) {
      int height = random.nextInt(1, 12);
      int width = random.nextInt(1, 12);
      Tensor a = map(random, height, width);
      Tensor b = map(random, height, width);
      RunLengthMask first = RunLengthMask.of(a, 0.5f);
      RunLengthMask second = RunLengthMask.of(b, 0.5f);
      int area = 0;
      int common = 0;
      int left = width;
      int top = height;
      int right = 0;
      int bottom = 0;
      for (int i = 0; i < height * width; i++) {
        boolean inside = a.data()[i] >= 0.5f;
        assertThat(first.pixels()[i]).isEqualTo(inside);
        if (inside) {
          area++;
          common += b.data()[i] >= 0.5f ? 1 : 0;
          left = Math.min(left, i % width);
          right = Math.max(right, i % width + 1);
          top = Math.min(top, i / width);
          bottom = Math.max(bottom, i / width + 1);
        }
      }
      assertThat(first.area()).isEqualTo(area);
      assertThat(first.intersection(second)).isEqualTo(common);
      assertThat(first.box())
          .isEqualTo(
              area == 0
                  ? new BoundingBox(0, 0, 0, 0)
                  : new BoundingBox(left, top, right - left, bottom - top));
      assertThat(RunLengthMask.parse(height, width, first.compressed()).counts())
          .containsExactly(first.counts());
    }
  }

  /** Of runs, and now and then of nothing. */
  private static Tensor map(SplittableRandom random, int height, int width) {
    Tensor map = Tensor.zeros(height, width, 1);
    float share = random.nextInt(4) / 3f;
    for (int i = 0; i < map.data().length; i++) {
      map.data()[i] = random.nextDouble() < share ? 1 : 0;
    }
    return map;
  }

  @Test
  void refusesWhatDoesNotFillTheImage() {
    assertThatThrownBy(() -> RunLengthMask.of(2, 2, new int[] {3}))
        .hasMessage("mask with runs of 3 pixels for an image of 2 x 2");
    assertThatThrownBy(() -> RunLengthMask.of(2, 2, new int[] {5, -1}))
        .hasMessage("mask with a run of -1 pixels");
    assertThatThrownBy(() -> RunLengthMask.of(1 << 20, 1 << 20, new int[] {5}))
        .hasMessage("mask of an image of 1048576 x 1048576");
    assertThatThrownBy(() -> RunLengthMask.parse(2, 2, "4 "))
        .hasMessage("mask with a damaged run at character 1");
    assertThatThrownBy(() -> RunLengthMask.parse(2, 2, "oooooooooo"))
        .hasMessage("mask with a damaged run at character 7");
    assertThatThrownBy(() -> RunLengthMask.parse(2, 2, "T"))
        .hasMessage("mask that ends inside a run");
  }

  @Test
  void masksOfOtherImagesShareNothing() {
    RunLengthMask all = RunLengthMask.of(2, 3, new int[] {0, 6});
    assertThat(all.intersection(RunLengthMask.of(3, 2, new int[] {0, 6}))).isZero();
    assertThat(all.intersection(all)).isEqualTo(6);
  }
}
