package dev.facet.entropy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntropyBottleneckTest {
  private static final int CHANNELS = 2;

  private final float[][] matrices = new float[5][];
  private final float[][] biases = new float[5][];
  private final float[][] factors = new float[4][];
  private final float[] quantiles = {-3, 0.25f, 4, 1, -2, 7.5f};

  EntropyBottleneckTest() {
    int[] widths = {1, 3, 3, 3, 3, 1};
    for (int i = 0; i < 5; i++) {
      matrices[i] = new float[CHANNELS * widths[i] * widths[i + 1]];
      biases[i] = new float[CHANNELS * widths[i + 1]];
      for (int k = 0; k < biases[i].length; k++) {
        biases[i][k] = 0.1f * k - 0.2f;
      }
      if (i < 4) {
        factors[i] = new float[CHANNELS * widths[i + 1]];
      }
    }
  }

  private EntropyBottleneck build() {
    return EntropyBottleneck.ofParameters(CHANNELS, matrices, biases, factors, quantiles);
  }

  @Test
  void rowsFollowTheQuantiles() {
    EntropyBottleneck model = build();
    assertThat(model.channels()).isEqualTo(CHANNELS);
    assertThat(model.medians()).containsExactly(0.25f, -2);
    // 4 below (3.25 rounded up), 4 above, the median, the escape
    assertThat(model.table().offset(0)).isEqualTo(-4);
    assertThat(model.table().length(0)).isEqualTo(4 + 1 + 4 + 2);
    // the lower quantile lies above the median: nothing below
    assertThat(model.table().offset(1)).isZero();
    assertThat(model.table().length(1)).isEqualTo(1 + 10 + 2);
  }

  @Test
  void readyTablesAreTakenAsTheyAre() {
    CdfTable table = build().table();
    EntropyBottleneck model = EntropyBottleneck.of(new float[] {1, 2}, table);
    assertThat(model.table()).isSameAs(table);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EntropyBottleneck.of(new float[1], table));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EntropyBottleneck.of(new float[] {1, Float.NaN}, table));
  }

  @Test
  void roundsAroundTheMedianOfTheChannel() {
    EntropyBottleneck model = build();
    float[] z = {0.25f, 0, 1.75f, -2.5f, -5.25f, -3.5f};
    int[] symbols = new int[6];
    model.quantize(z, 3, symbols);
    assertThat(symbols).containsExactly(0, 2, 2, 0, -6, -2);
    float[] zHat = new float[6];
    model.dequantize(symbols, 3, zHat);
    assertThat(zHat).containsExactly(0.25f, 0, 2.25f, -2, -5.75f, -4);
    z[3] = Float.NaN;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.quantize(z, 3, symbols))
        .withMessageContaining("Element 3");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> model.quantize(z, 4, symbols));
  }

  @ParameterizedTest
  @CsvSource({"0, NaN", "1, Infinity", "2, 1e9", "0, -1e9", "2, 65536"})
  void rejectsBadQuantiles(int position, float value) {
    quantiles[position] = value;
    assertThatIllegalArgumentException().isThrownBy(this::build).withMessageContaining("Channel 0");
  }

  @Test
  void rejectsBadParameters() {
    matrices[2][4] = Float.NaN;
    assertThatIllegalArgumentException().isThrownBy(this::build).withMessageContaining("matrix2");
    matrices[2] = new float[7];
    assertThatIllegalArgumentException().isThrownBy(this::build).withMessageContaining("layer 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EntropyBottleneck.ofParameters(3, matrices, biases, factors, quantiles));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> EntropyBottleneck.ofParameters(2, matrices, biases, new float[3][], quantiles));
  }
}
