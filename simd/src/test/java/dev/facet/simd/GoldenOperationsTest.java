package dev.facet.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.nn.Activation;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.nn.TransposedConvolutionParameters;
import dev.facet.testing.GoldenOperations;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The operations of vision networks on vectors: against the reference, and the bits of the scalar
 * definition.
 */
class GoldenOperationsTest {
  @Test
  void operationsOfVisionNetworksMatchTheReference() {
    try (Backend simd = Backends.open("simd", 2);
        Backend scalar = new ScalarBackend(1)) {
      Map<String, Double> worst = GoldenOperations.check(simd);
      assertThat(worst).isEqualTo(GoldenOperations.check(scalar));
    }
  }

  @Test
  void transposedConvolutionHasTheScalarBits() {
    Random random = new Random(1);
    try (Backend simd = Backends.open("simd", 2);
        Backend scalar = new ScalarBackend(1)) {
      for (int run = 0; run < 40; run++) {
        int in = 1 + random.nextInt(40);
        int out = 1 + random.nextInt(40);
        int kernel = 2 + random.nextInt(4);
        TransposedConvolutionParameters p =
            TransposedConvolutionParameters.of(
                    in, out, kernel, kernel, values(random, in * out * kernel * kernel))
                .bias(values(random, out))
                .stride(2)
                .padding(random.nextInt(kernel / 2 + 1))
                .outputPadding(random.nextInt(2))
                .build();
        int height = 2 + random.nextInt(9);
        int width = 2 + random.nextInt(9);
        Tensor x = Tensor.of(height, width, in, values(random, height * width * in));
        Tensor expected = scalar.transposedConvolution(p).apply(x, Activation.RELU);
        Tensor actual = simd.transposedConvolution(p).apply(x, Activation.RELU);
        assertThat(actual.sameBits(expected)).as("run %d", run).isTrue();
      }
    }
  }

  private static float[] values(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }
}
