package dev.facet.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.testing.FormulaFill;
import dev.facet.testing.Golden;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The formulas against the numbers of their specification. */
class FormulaFillTest {
  @Test
  void hashesAndUniformsAreThoseOfTheSelftest() {
    Map<String, Object> selftest = Golden.json("fill/selftest.json");
    Map<?, ?> hashes = (Map<?, ?>) selftest.get("fnv1a64");
    hashes.forEach((key, hash) ->
        assertThat(String.format("%016x", FormulaFill.fnv1a64((String) key))).isEqualTo(hash));
    List<?> uniform = (List<?>) selftest.get("uniform");
    assertThat(uniform).isNotEmpty();
    for (Object item : uniform) {
      Map<?, ?> u = (Map<?, ?>) item;
      double value =
          FormulaFill.u(
              (String) u.get("key"),
              (Long) u.get("i"),
              Long.parseUnsignedLong((String) u.get("seed")));
      assertThat((long) (value * 0x1p24)).isEqualTo(u.get("u_times_2_24"));
    }
  }

  @Test
  void demoIsReproduced() throws CheckpointException {
    Checkpoint expected = Golden.checkpoint("fill/demo.safetensors");
    for (CheckpointTensor tensor : FormulaFill.checkpoint("fill/demo_recipe.json").tensors()) {
      assertThat(tensor.bytes()).isEqualTo(expected.get(tensor.name()).bytes());
    }
    float[][] pyramid = FormulaFill.pyramid("in.demo", 3, 21, 30, 1);
    for (int level = 2; level <= 5; level++) {
      assertThat(pyramid[level - 2]).isEqualTo(expected.get("in.demo.p" + level).floats());
    }
    assertThat(FormulaFill.image("in.demo.rgb", 40, 70, 1))
        .isEqualTo(expected.get("in.demo.rgb").bytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a/ar128/recipe.json", "a/noar192/recipe.json", "e/resnet18_fpn/recipe.json"})
  void recipesFitTheirChecksums(String recipe) {
    assertThat(FormulaFill.checkpoint(recipe).names()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"eb8", "eb192"})
  void entropyBottlenecksAreReproduced(String name) throws CheckpointException {
    Checkpoint stored = Golden.checkpoint("c/" + name + ".safetensors");
    Checkpoint filled =
        FormulaFill.checkpoint("c/" + name + "_recipe.json").withPrefixRemoved("c." + name + ".");
    for (CheckpointTensor tensor : filled.tensors()) {
      // Two channels of these quantiles were overwritten by hand.
      if (!(name.equals("eb192") && tensor.name().equals("quantiles"))) {
        assertThat(tensor.bytes()).isEqualTo(stored.get(tensor.name()).bytes());
      }
    }
  }
}
