package dev.facet.simd;

import dev.facet.nn.Backend;
import dev.facet.nn.BackendProvider;
import dev.facet.nn.Fma;
import java.util.Locale;
import java.util.Optional;

/** Offers the Vector API backend wherever the incubating module is there and vectors are really compiled. */
public final class SimdBackendProvider implements BackendProvider {
  @Override
  public String name() {
    return "simd";
  }

  @Override
  public int priority() {
    return 100;
  }

  /**
   * Also checks {@code -Ddev.facet.vectorBits}, before a constant depends on it.
   *
   * @throws IllegalStateException if it is not a width
   */
  @Override
  public Optional<String> unavailable() {
    VectorWidth.shape();
    return Simd.LANES < 2 ? Optional.of("this JVM offers no float vectors") : Optional.empty();
  }

  /**
   * Without C2, vectors are objects on the heap: hundreds of times slower than scalar code. Without fma instructions, C2 has
   * no conversions between vectors of two floats and two doubles, and they are objects again.
   */
  @Override
  public Optional<String> discouraged() {
    String info = System.getProperty("java.vm.info", "").toLowerCase(Locale.ROOT);
    if (info.contains("interpreted") || info.contains("emulated-client")) {
      return Optional.of("the optimising compiler C2 is off (" + info + ")");
    }
    return !Fma.HARDWARE && Simd.LANES < 4
        ? Optional.of("no fma instructions, and vectors too narrow to do without")
        : Optional.empty();
  }

  @Override
  public Backend create(int threads) {
    return new SimdBackend(threads);
  }
}
