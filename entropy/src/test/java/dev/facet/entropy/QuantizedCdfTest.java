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

  /** The reference's own words: for each empty bin, search the smallest donor. */
  @Test
  void donorsAreThoseOfTheReference() {
    Random random = new Random(12);
    for (int round = 0; round < 300; round++) {
      float[] pmf = new float[1 + random.nextInt(300)];
      int spread = 1 + random.nextInt(20);
      for (int i = 0; i < pmf.length; i++) {
        pmf[i] = (float) StrictMath.exp(-random.nextInt(spread)) * (1 + random.nextInt(3));
      }
      int[] cdf = QuantizedCdf.fromPmf(pmf);
      assertThat(cdf).as("round " + round).isEqualTo(reference(pmf));
    }
  }

  private static int[] reference(float[] pmf) {
    long sum = 0;
    for (float p : pmf) {
      sum += (long) Math.floor(p * 65536.0 + 0.5);
    }
    int[] cdf = new int[pmf.length + 1];
    for (int i = 0; i < pmf.length; i++) {
      cdf[i + 1] = cdf[i] + (int) (65536 * (long) Math.floor(pmf[i] * 65536.0 + 0.5) / sum);
    }
    cdf[pmf.length] = 65536;
    for (int i = 0; i < pmf.length; i++) {
      if (cdf[i] == cdf[i + 1]) {
        int donor = -1;
        int smallest = Integer.MAX_VALUE;
        for (int j = 0; j < pmf.length; j++) {
          int frequency = cdf[j + 1] - cdf[j];
          if (frequency > 1 && frequency < smallest) {
            smallest = frequency;
            donor = j;
          }
        }
        for (int j = donor + 1; j <= i; j++) {
          cdf[j]--;
        }
        for (int j = i + 1; j <= donor; j++) {
          cdf[j]++;
        }
      }
    }
    return cdf;
  }

  /** The reference's search takes minutes here. */
  @Test
  void theLargestTableIsBuiltInNoTime() {
    float[] pmf = new float[65536];
    pmf[40000] = 1;
    int[] cdf = QuantizedCdf.fromPmf(pmf);
    for (int i = 0; i <= 65536; i++) {
      assertThat(cdf[i]).isEqualTo(i);
    }
  }
}
