package dev.facet.entropy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GaussianConditionalTest {
  /** The reference's rule as it is written: 63 minus the number of s <= table[i], i in 0..62. */
  private static int reference(float scale, float[] scaleTable) {
    float s = Math.max(scale, 0.11f);
    int index = scaleTable.length - 1;
    for (int i = 0; i < scaleTable.length - 1; i++) {
      if (s <= scaleTable[i]) {
        index--;
      }
    }
    return index;
  }

  private static int index(GaussianConditional model, float scale) {
    int[] index = new int[1];
    model.indexes(new float[] {scale}, 0, 1, index);
    return index[0];
  }

  @ParameterizedTest
  @EnumSource(GaussianVariant.class)
  void indexesAtEveryBoundary(GaussianVariant variant) {
    GaussianConditional model = GaussianConditional.of(variant);
    float[] scales = model.scaleTable();
    for (int i = 0; i < scales.length; i++) {
      assertThat(index(model, scales[i])).isEqualTo(i);
      assertThat(index(model, Math.nextDown(scales[i]))).isEqualTo(i);
      assertThat(index(model, Math.nextUp(scales[i]))).isEqualTo(Math.min(i + 1, 63));
    }
    float[] odd = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      0f,
      -0f,
      -1f,
      Float.MIN_VALUE,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      0.11f,
      256f,
      1e9f
    };
    for (float scale : odd) {
      assertThat(index(model, scale)).as("%s", scale).isEqualTo(reference(scale, scales));
    }
    assertThat(index(model, Float.NaN)).isEqualTo(63);
    Random random = new Random(2);
    for (int i = 0; i < 20000; i++) {
      float scale = Float.intBitsToFloat(random.nextInt());
      assertThat(index(model, scale)).isEqualTo(reference(scale, scales));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 31, 32, 33, 63, 64, 65, 128, 129})
  void indexesForTablesOfAnySize(int levels) {
    float[] scales = new float[levels];
    for (int i = 0; i < levels; i++) {
      scales[i] = 0.11f + i * 0.25f;
    }
    GaussianConditional model = GaussianConditional.of(scales, GaussianTables.build(scales));
    for (float scale = 0; scale < 35; scale += 0.03125f) {
      assertThat(index(model, scale)).isEqualTo(reference(scale, scales));
    }
    assertThat(index(model, Float.NaN)).isEqualTo(levels - 1);
    assertThat(index(model, Float.POSITIVE_INFINITY)).isEqualTo(levels - 1);
  }

  @Test
  void quantizesHalvesToEven() {
    float[] y = {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 0.49999997f, 1e6f, 0f};
    int[] symbols = new int[y.length];
    GaussianConditional.quantize(y, new float[y.length], 0, y.length, symbols);
    assertThat(symbols).containsExactly(0, 2, 2, 0, -2, 0, 1000000, 0);
  }

  @Test
  void subtractsInFloat() {
    // 16777216 - 0.5 is 16777216 in float32 (tie to even), 16777215.5 in double
    int[] symbols = new int[1];
    GaussianConditional.quantize(new float[] {16777216f}, new float[] {0.5f}, 0, 1, symbols);
    assertThat(symbols[0]).isEqualTo((int) Math.rint(16777216f - 0.5f));
    float[] y = new float[1];
    GaussianConditional.dequantize(new int[] {16777217}, new float[] {0.25f}, 0, 1, y);
    assertThat(y[0]).isEqualTo(16777216f + 0.25f);
  }

  @Test
  void touchesItsRangeOnly() {
    int[] symbols = {9, 9, 9, 9};
    float[] y = {1, 2, 3, 4};
    GaussianConditional.quantize(y, new float[] {1, 1, 1, 1}, 1, 2, symbols);
    assertThat(symbols).containsExactly(9, 1, 2, 9);
    GaussianConditional.dequantize(symbols, new float[] {.5f, .5f, .5f, .5f}, 2, 1, y);
    assertThat(y).containsExactly(1, 2, 2.5f, 4);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> GaussianConditional.quantize(y, y, 3, 2, symbols));
  }

  @ParameterizedTest
  @ValueSource(
      floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 134217728f, -2e8f})
  void rejectsWhatCannotBeCoded(float value) {
    int[] symbols = new int[2];
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> GaussianConditional.quantize(new float[] {0, value}, new float[2], 0, 2, symbols))
        .withMessageContaining("Element 1");
  }

  @Test
  void rejectsBadScales() {
    float[][] bad = {
      {}, {0}, {-1}, {Float.NaN}, {1, 1}, {2, 1}, {1, Float.POSITIVE_INFINITY}, {1, 6000}
    };
    for (float[] scales : bad) {
      assertThatIllegalArgumentException().isThrownBy(() -> GaussianTables.build(scales));
    }
    CdfTable one = GaussianTables.build(new float[] {1});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GaussianConditional.of(new float[] {1, 2}, one));
  }

  @Test
  void variantsAreFoundByName() {
    for (GaussianVariant variant : GaussianVariant.values()) {
      assertThat(GaussianVariant.byId(variant.id())).contains(variant);
    }
    assertThat(GaussianVariant.byId("torch-9")).isEmpty();
  }
}
