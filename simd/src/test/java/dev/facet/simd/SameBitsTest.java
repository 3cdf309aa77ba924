package dev.facet.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.testing.RandomOperations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The SIMD backend repeats the scalar definition of every operation to the last bit. */
final class SameBitsTest {
  private static final int ROUNDS = 400;

  /** Fresh shapes in every run; the printed seed repeats one: -Dfacet.seed=... */
  private static final long SEED = Long.getLong("facet.seed", System.nanoTime());

  @Test
  void theSimdBackendIsTheOneThatRuns() {
    try (Backend backend = Backends.open()) {
      assertThat(backend.name()).isEqualTo("simd");
      assertThat(backend).isInstanceOf(SimdBackend.class);
      assertThat(backend.vectorBits()).isEqualTo(Simd.F.vectorBitSize()).isGreaterThanOrEqualTo(64);
    }
  }

  @ParameterizedTest(name = "{0} threads")
  @ValueSource(ints = {1, 2, 7})
  void everyOperationGivesTheScalarBits(int threads) {
    long seed = SEED + threads;
    System.out.println("random operations, " + threads + " threads: seed " + seed);
    RandomOperations random = new RandomOperations(seed);
    try (Backend scalar = Backends.open("scalar", 1);
        Backend simd = Backends.open("simd", threads)) {
      for (int i = 0; i < ROUNDS; i++) {
        random.convolution(scalar, simd);
        random.gdn(scalar, simd);
        random.pointwise(scalar, simd);
      }
    }
  }

  /** Large enough that pieces really go to other threads, with odd sizes at every border. */
  @ParameterizedTest(name = "{0} threads")
  @ValueSource(ints = {1, 2, 7})
  void largeMapsGiveTheScalarBits(int threads) {
    RandomOperations random = new RandomOperations(threads);
    try (Backend scalar = Backends.open("scalar", 2);
        Backend simd = Backends.open("simd", threads)) {
      random.large(scalar, simd);
    }
  }
}
