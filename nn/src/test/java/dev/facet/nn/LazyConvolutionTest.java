package dev.facet.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LazyConvolutionTest {
  private static ConvolutionParameters parameters(Random random, int in, int out) {
    return ConvolutionParameters.of(out, in, 3, 3, floats(random, out * in * 9))
        .bias(floats(random, out))
        .padding(1)
        .build();
  }

  private static float[] floats(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void packsOnceWhenFirstApplied() {
    Random random = new Random(1);
    AtomicInteger packed = new AtomicInteger();
    try (ScalarBackend backend = new ScalarBackend(1)) {
      ConvolutionParameters p = parameters(random, 3, 4);
      LazyConvolution lazy =
          new LazyConvolution(
              p,
              parameters -> {
                packed.incrementAndGet();
                return new ScalarConvolution(parameters, backend.parallel());
              });
      assertThat(lazy.parameters().macs(5, 6)).isEqualTo(p.macs(5, 6));
      assertThatNullPointerException().isThrownBy(() -> lazy.parameters().weight(0, 0, 0, 0));
      assertThat(packed).hasValue(0);
      Tensor x = Tensor.of(5, 6, 3, floats(random, 90));
      Tensor first = lazy.apply(x, Epilogue.NONE);
      assertThat(lazy.apply(x, Epilogue.NONE).sameBits(first)).isTrue();
      assertThat(packed).hasValue(1);
    }
  }

  /** Filters are transformed anew by the first use, and kept by the second: more channels than a group, and more tiles than a block. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void keptFiltersGiveTheBitsOfFreshOnes(int threads) {
    Random random = new Random(2);
    try (ScalarBackend backend = new ScalarBackend(threads)) {
      ConvolutionParameters p = parameters(random, 37, 18);
      assertThat(p.winograd()).isTrue();
      Convolution convolution = new ScalarWinogradConvolution(p, backend.parallel());
      Tensor x = Tensor.of(50, 47, 37, floats(random, 50 * 47 * 37));
      Tensor fresh = convolution.apply(x, Epilogue.NONE);
      assertThat(convolution.apply(x, Epilogue.NONE).sameBits(fresh)).isTrue();
      assertThat(convolution.apply(x, Epilogue.NONE).sameBits(fresh)).isTrue();
    }
  }
}
