package dev.facet.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.testing.RandomOperations;
import dev.facet.testing.VectorWidths;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The SIMD backend repeats the scalar definition of every operation to the last bit, in every vector width. */
final class SameBitsTest {
  private static final int ROUNDS = 200;

  /** In widths that this processor lacks, which run in plain Java. */
  private static final int SLOW_ROUNDS = 40;

  /** Fresh shapes in every run; the printed seed repeats one: -Dfacet.seed=... */
  private static final long SEED = Long.getLong("facet.seed", System.nanoTime());

  static Stream<Arguments> widthsAndThreads() {
    return VectorWidths.ALL.stream()
        .flatMap(bits -> Stream.of(1, 2, 7).map(threads -> Arguments.of(bits, threads)));
  }

  @Test
  void theSimdBackendIsTheOneThatRuns() {
    try (Backend backend = Backends.open()) {
      assertThat(backend.name()).isEqualTo("simd");
      assertThat(backend).isInstanceOf(SimdBackend.class);
      assertThat(backend.vectorBits()).isEqualTo(Simd.F.vectorBitSize()).isGreaterThanOrEqualTo(64);
    }
  }

  @ParameterizedTest(name = "{0} bits, {1} threads")
  @MethodSource("widthsAndThreads")
  void everyOperationGivesTheScalarBits(int bits, int threads) {
    long seed = SEED + 8L * bits + threads;
    System.out.printf("random operations, %d bits, %d threads: seed %d%n", bits, threads, seed);
    RandomOperations random = new RandomOperations(seed);
    int rounds = VectorWidths.isFast(bits) ? ROUNDS : SLOW_ROUNDS;
    try (Backend scalar = Backends.open("scalar", 1);
        Backend simd = VectorWidths.open(bits, threads)) {
      for (int i = 0; i < rounds; i++) {
        random.convolution(scalar, simd);
        random.gdn(scalar, simd);
        random.pointwise(scalar, simd);
      }
    }
  }

  /** Large enough that pieces really go to other threads, with odd sizes at every border. */
  @ParameterizedTest(name = "{0} bits, {1} threads")
  @MethodSource("widthsAndThreads")
  void largeMapsGiveTheScalarBits(int bits, int threads) {
    RandomOperations random = new RandomOperations(threads);
    try (Backend scalar = Backends.open("scalar", 2);
        Backend simd = VectorWidths.open(bits, threads)) {
      random.large(scalar, simd);
    }
  }

  @Test
  void aWidthThatThereIsNotIsAnError() {
    System.setProperty(VectorWidth.PROPERTY, "96");
    try {
      assertThatThrownBy(VectorWidth::shape)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("-Ddev.facet.vectorBits=96: give 64, 128, 256 or 512");
      assertThatThrownBy(() -> Backends.open("simd", 1)).isInstanceOf(IllegalStateException.class);
    } finally {
      System.clearProperty(VectorWidth.PROPERTY);
    }
  }
}
