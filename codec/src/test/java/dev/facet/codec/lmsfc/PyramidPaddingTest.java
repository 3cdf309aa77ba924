package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.Backend;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class PyramidPaddingTest {
  private static final Backend SCALAR = new ScalarBackend(1);

  @AfterAll
  static void close() {
    SCALAR.close();
  }

  /** The authors' code pads every level by its own size, to a multiple of 64, 32, 16, 8. */
  @Test
  void halvedLevelsArePaddedAsByTheReference() {
    for (int side = 1; side <= 400; side++) {
      PyramidPadding padding = new PyramidPadding(side, 401 - side);
      int size = side;
      for (int level = 0; level < PyramidPadding.LEVELS; level++) {
        int multiple = PyramidPadding.MULTIPLE >> level;
        assertThat(padding.paddedHeight(level))
            .isEqualTo((size + multiple - 1) / multiple * multiple);
        size = (size + 1) / 2;
      }
      assertThat(padding.latentHeight()).isEqualTo(4 * padding.hyperHeight());
      assertThat(padding.latentWidth()).isEqualTo(padding.paddedWidth(3) / 2);
    }
  }

  @Test
  void aSideShorterThanItsPaddingIsReflectedToAndFro() {
    Tensor p5 = Tensor.of(1, 3, 1, new float[] {1, 2, 3});
    Tensor padded = new PyramidPadding(1, 24).pad(SCALAR, 3, p5);
    assertThat(padded.height()).isEqualTo(8);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        assertThat(padded.get(y, x, 0)).isEqualTo(new float[] {3, 2, 1, 2, 3, 2, 1, 2}[x]);
      }
    }
  }

  @Test
  void cropUndoesPadForAnySizeThatFits() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      PyramidPadding padding = new PyramidPadding(1 + random.nextInt(150), 1 + random.nextInt(150));
      int level = random.nextInt(PyramidPadding.LEVELS);
      Tensor x =
          Tensor.zeros(
              1 + random.nextInt(padding.paddedHeight(level)),
              1 + random.nextInt(padding.paddedWidth(level)),
              1 + random.nextInt(3));
      for (int k = 0; k < x.data().length; k++) {
        x.data()[k] = random.nextFloat();
      }
      Tensor padded = padding.pad(SCALAR, level, x);
      assertThat(padded.height()).isEqualTo(padding.paddedHeight(level));
      assertThat(padded.width()).isEqualTo(padding.paddedWidth(level));
      assertThat(padding.crop(SCALAR, level, padded, x.height(), x.width()).sameBits(x)).isTrue();
    }
  }

  @Test
  void aLevelThatDoesNotFitIsRefused() {
    PyramidPadding padding = new PyramidPadding(50, 67);
    assertThatThrownBy(() -> padding.pad(SCALAR, 1, Tensor.zeros(33, 34, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("level p3 has 33 rows, but beside a p2 of 50 x 67 it may have 1 to 32");
    assertThatThrownBy(() -> padding.pad(SCALAR, 3, Tensor.zeros(7, 0, 2)))
        .hasMessage("level p5 has 0 columns, but beside a p2 of 50 x 67 it may have 1 to 16");
    assertThatThrownBy(() -> new PyramidPadding(0, 5)).hasMessage("a side of p2 is 0");
    assertThatThrownBy(() -> new PyramidPadding(5, Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void p6IsEverySecondPixelOfP5() {
    Tensor p5 = Tensor.of(3, 4, 1, new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    assertThat(PyramidPadding.p6(SCALAR, p5).data()).containsExactly(0, 2, 8, 10);
  }
}
