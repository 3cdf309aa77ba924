package dev.facet.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.testing.GoldenLayers;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GoldenLayersTest {
  @Test
  void convolutionsAndLayersAgreeWithTheReference() {
    try (Backend simd = Backends.open("simd", 2)) {
      Map<String, Double> errors = GoldenLayers.check(simd);
      System.out.println("layers on simd: " + GoldenLayers.worst(errors));
      assertThat(errors).hasSize(43);
    }
  }
}
