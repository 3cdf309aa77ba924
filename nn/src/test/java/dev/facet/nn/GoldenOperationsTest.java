package dev.facet.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.testing.GoldenOperations;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoldenOperationsTest {
  @Test
  void operationsOfVisionNetworksMatchTheReference() {
    try (Backend backend = new ScalarBackend(2)) {
      Map<String, Double> worst = GoldenOperations.check(backend);
      worst.forEach((op, error) -> System.out.printf("%-20s %.1e%n", op, error));
      assertThat(worst).hasSize(19);
    }
  }
}
