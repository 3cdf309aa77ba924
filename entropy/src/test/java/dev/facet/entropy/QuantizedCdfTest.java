package dev.facet.entropy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantizedCdfTest {
  @Test
  void knownResults() {
    assertThat(QuantizedCdf.fromPmf(new float[] {.5f, .25f, .25f}))
        .containsExactly(0, 32768, 49152, 65536);
    assertThat(QuantizedCdf.fromPmf(new float[] {1e-9f, 1, 1e-9f, 0}))
        .containsExactly(0, 1, 65534, 65535, 65536);
    assertThat(QuantizedCdf.fromPmf(new float[] {.2f, .2f, .2f, .2f, .2f}))
        .containsExactly(0, 13107, 26214, 39321, 52428, 65536);
  }

  @Test
  void rejectsWhatCrashesTheReference() {
    float[][] bad = {
      {},
      {0, 0, 0},
      {1e-9f, 1e-9f},
      {.5f, Float.NaN},
      {.5f, -1e-9f},
      {.5f, Float.POSITIVE_INFINITY},
      {.5f, 40000},
      {30000, 30000},
      new float[65537]
    };
    for (float[] pmf : bad) {
      assertThatIllegalArgumentException().isThrownBy(() -> QuantizedCdf.fromPmf(pmf));
    }
  }

  @Test
  void everyBinGetsAtLeastOneUnit() {
    Random random = new Random(11);
    for (int round = 0; round < 300; round++) {
      float[] pmf = new float[1 + random.nextInt(400)];
      int peak = random.nextInt(pmf.length);
      for (int i = 0; i < pmf.length; i++) {
        pmf[i] = random.nextFloat() * (float) StrictMath.exp(-random.nextInt(30));
      }
      pmf[peak] += 1;
      int[] cdf = QuantizedCdf.fromPmf(pmf);
      assertThat(cdf[0]).isZero();
      assertThat(cdf[pmf.length]).isEqualTo(65536);
      for (int i = 0; i < pmf.length; i++) {
        assertThat(cdf[i + 1]).isGreaterThan(cdf[i]);
      }
    }
  }

  @Test
  void fullRow() {
    float[] pmf = new float[65536];
    Arrays.fill(pmf, 1);
    int[] cdf = QuantizedCdf.fromPmf(Arrays.copyOf(pmf, 32767));
    assertThat(cdf[1]).isEqualTo(2);
    pmf = new float[65536];
    pmf[65535] = 1;
    assertThat(QuantizedCdf.fromPmf(Arrays.copyOfRange(pmf, 60000, 65536))[1]).isEqualTo(1);
  }
}
