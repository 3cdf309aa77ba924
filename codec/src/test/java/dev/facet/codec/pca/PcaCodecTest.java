package dev.facet.codec.pca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.Quality;
import dev.facet.codec.StepVideo;
import dev.facet.nn.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PcaCodecTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 64})
  void eigenvectorsAreThoseOfTheMatrix(int n) {
    Random random = new Random(n);
    double[][] a = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        a[i][j] = random.nextGaussian();
        a[j][i] = a[i][j];
      }
    }
    double[][] copy = new double[n][];
    for (int i = 0; i < n; i++) {
      copy[i] = a[i].clone();
    }
    SymmetricEigen eigen = new SymmetricEigen(copy);
    for (int k = 0; k < n; k++) {
      double[] v = eigen.vectors()[k];
      assertThat(eigen.values()[k]).isLessThanOrEqualTo(eigen.values()[Math.max(k - 1, 0)]);
      for (int i = 0; i < n; i++) {
        assertThat(dot(a[i], v)).isCloseTo(eigen.values()[k] * v[i], within(1e-9));
      }
      for (int other = 0; other < n; other++) {
        assertThat(dot(v, eigen.vectors()[other])).isCloseTo(k == other ? 1 : 0, within(1e-12));
      }
    }
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  @Test
  void eigenvaluesOfAKnownMatrix() {
    assertThat(new SymmetricEigen(new double[][] {{2, 1}, {1, 2}}).values())
        .containsExactly(new double[] {3, 1}, within(1e-14));
    assertThat(new SymmetricEigen(new double[3][3]).values()).containsOnly(0);
  }

  /** 16 channels that mix three images: three components tell all of it. */
  @Test
  void channelsThatSayTheSameCostNothing() throws Exception {
    Tensor level = mixed(24, 32, 16, 3);
    StepVideo video = new StepVideo();
    try (PcaCodec codec = new PcaCodec(video.options())) {
      byte[] stream = codec.encode(FeaturePyramid.of(level), Quality.of(4));
      assertThat(video.seen().getFirst().format().samples()).isEqualTo(3 * 24 * 32);
      assertThat(FeaturePyramid.of(level).compare(codec.decode(stream)).getFirst().psnr())
          .isGreaterThan(50);
    }
  }

  private static Tensor mixed(int height, int width, int channels, int rank) {
    Random random = new Random(58787);
    double[][] weights = new double[channels][rank + 1];
    for (double[] row : weights) {
      for (int k = 0; k <= rank; k++) {
        row[k] = random.nextGaussian();
      }
    }
    Tensor level = Tensor.zeros(height, width, channels);
    for (int p = 0; p < height * width; p++) {
      double[] images = random.doubles(rank).map(x -> x - 0.5).toArray();
      for (int c = 0; c < channels; c++) {
        double sum = weights[c][rank];
        for (int k = 0; k < rank; k++) {
          sum += weights[c][k] * images[k];
        }
        level.data()[p * channels + c] = (float) sum;
      }
    }
    return level;
  }

  @Test
  void fewerComponentsAtAHigherQp() throws Exception {
    Tensor level = mixed(24, 32, 16, 16);
    long samples = Long.MAX_VALUE;
    for (int qp : new int[] {22, 37, 47, 51}) {
      StepVideo video = new StepVideo();
      try (PcaCodec codec = new PcaCodec(video.options())) {
        codec.encode(FeaturePyramid.of(level), Quality.of(qp));
      }
      long now = video.seen().getFirst().format().samples();
      assertThat(now).as("QP %d", qp).isLessThanOrEqualTo(samples);
      samples = now;
    }
    assertThat(samples).isLessThan(16 * 24 * 32);
  }

  @Test
  void coefficientsAreExactMultiplesOfTheirStep() {
    Coefficients some = Coefficients.of(new double[] {0.26, -1, 0, 1e3}, 0.5);
    assertThat(some.values()).containsExactly(0.5f, -1f, 0f, 1000f);
    assertThat(Coefficients.of(new double[] {0, 0}, 0).values()).containsOnly(0);
    assertThat(Coefficients.of(new double[] {-7, 3}, 0).values()[0]).isCloseTo(-7f, within(1e-4f));
  }
}
