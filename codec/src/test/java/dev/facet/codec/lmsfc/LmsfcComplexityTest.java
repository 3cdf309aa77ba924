package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facet.codec.internal.RandomModel;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against the counts of the authors' classes for p2 = 200x304, which is padded to an image of 1024x1280. */
final class LmsfcComplexityTest {
  private static final double KILO_PIXELS = 1024 * 1280 / 1000.0;

  @Test
  void countsAsTheReference() throws Exception {
    Map<String, Double> parts = LmsfcComplexity.of(new RandomModel(1, 256, 128, true, 0).weights());
    assertThat(gmac(parts.get("g_a"))).isEqualTo(23.7, within(0.05));
    assertThat(gmac(parts.get("g_s"))).isEqualTo(161.0, within(0.05));
    assertThat(gmac(parts.get("h_a") + parts.get("h_s") + parts.get("context")))
        .isEqualTo(
            0.8,
            within(0.2)); // the reference's figure leaves the masked half of the context kernel in
    assertThat(parts.keySet()).containsExactly("g_a", "h_a", "h_s", "context", "g_s");
  }

  private static double gmac(double kiloMacPerPixel) {
    return kiloMacPerPixel * KILO_PIXELS / 1000;
  }
}
