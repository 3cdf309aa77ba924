package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CompressAiKeys;
import dev.facet.nn.layers.Weights;
import dev.facet.testing.FormulaFill;
import dev.facet.testing.Golden;
import dev.facet.testing.GoldenCase;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The networks against the official code. */
final class GoldenNetworksTest {
  private static final List<String> SMALL_INPUTS = List.of("64x64", "50x67");
  private static final List<String> FULL_INPUTS = List.of("64x128", "64x96", "50x67");

  @ParameterizedTest
  @CsvSource({
    "scalar, small_ar, small_ar.safetensors",
    "scalar, small_noar, small_noar.pth",
    "simd, small_ar, small_ar_training.pth",
    "simd, small_ar, small_ar_v12_tables.pth",
    "simd, small_ar_f16, small_ar_f16.safetensors",
    "simd, small_ar_bf16, small_ar_bf16.safetensors",
    "simd, small_noar, small_noar.pth"
  })
  void smallModelsAgree(String backendName, String model, String file) throws CheckpointException {
    Checkpoint checkpoint = CompressAiKeys.canonical(Golden.checkpoint("b/checkpoints/" + file));
    try (Backend backend = Backends.open(backendName, 2)) {
      GoldenNetworks networks =
          new GoldenNetworks(backend, LmsfcNetworks.read(new Weights(backend, checkpoint)));
      for (String input : SMALL_INPUTS) {
        networks.check(GoldenModel.small(model, input));
      }
      System.out.println(networks);
    }
  }

  /** Full size is for the fastest backend: the scalar one needs minutes. */
  @Tag("full-size")
  @ParameterizedTest
  @ValueSource(strings = {"ar128", "ar192", "noar192"})
  void fullSizeModelsAgree(String model) throws CheckpointException {
    Golden.require();
    try (Backend backend = Backends.open()) {
      GoldenNetworks networks =
          new GoldenNetworks(
              backend,
              LmsfcNetworks.read(
                  new Weights(
                      backend, FormulaFill.checkpoint("a/%s/recipe.json".formatted(model)))));
      for (String input : FULL_INPUTS) {
        networks.check(GoldenModel.full(model, input));
      }
      System.out.println(networks);
    }
  }

  @Tag("full-size")
  @Test
  void everyModuleAgrees() throws CheckpointException {
    GoldenTrace trace = new GoldenTrace("a/ar128/64x128/trace.json");
    try (Backend backend = Backends.open()) {
      Weights w =
          new Weights(backend, FormulaFill.checkpoint("a/ar128/recipe.json")).observedBy(trace);
      GoldenModel golden = GoldenModel.full("ar128", "64x128");
      new FENet(w.at("g_a")).apply(golden.pyramid());
      new DRNet(w.at("g_s")).apply(golden.tensor("y_hat"));
    }
    System.out.println("trace: " + trace);
    assertThat(trace.modules()).isGreaterThan(50);
  }

  @Test
  void featureMixingAgrees() throws CheckpointException {
    // one tensor holds both levels: rows 0 to 9 the finer one, rows 10 to 14 and columns 0 to 6 the
    // coarser one
    try (Backend backend = new ScalarBackend(1)) {
      GoldenCase golden =
          GoldenCase.all().stream()
              .filter(g -> g.op().equals("FeatureMixingBlock"))
              .findFirst()
              .orElseThrow();
      Tensor x = golden.image("x", 0);
      Tensor mixed =
          new FeatureMixingBlock(golden.weights(backend))
              .apply(backend.crop(x, 0, 0, 10, 14), backend.crop(x, 10, 0, 5, 7));
      System.out.printf("feature mixing: error %.1e%n", golden.check(mixed.toChw()));
    }
  }
}
