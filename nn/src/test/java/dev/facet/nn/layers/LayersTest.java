package dev.facet.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.Backend;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.testing.GoldenLayers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Layers against the reference, and what they say about checkpoints that do not fit. */
final class LayersTest {
  private static final Backend SCALAR = new ScalarBackend(1);

  @AfterAll
  static void close() {
    SCALAR.close();
  }

  @Test
  void convolutionsAndLayersAgreeWithTheReference() {
    Map<String, Double> errors = GoldenLayers.check(SCALAR);
    System.out.println("layers on scalar: " + GoldenLayers.worst(errors));
    assertThat(errors).hasSize(43);
  }

  @Test
  void maskedConvolutionIgnoresMaskedWeightsAndAgreesWithItselfAtSinglePositions()
      throws CheckpointException {
    float[] weight = ramp(3 * 2 * 9);
    MaskedConv2d layer = masked(weight);
    for (int i = 0; i < weight.length; i++) {
      if (i % 9 >= 4) {
        weight[i] = 1000;
      }
    }
    MaskedConv2d same = masked(weight);
    Tensor x = Tensor.of(5, 6, 2, ramp(60));
    Tensor all = layer.apply(x);
    assertThat(same.apply(x).sameBits(all)).isTrue();
    int[] positions = {11, 0, 6};
    Tensor some = layer.applyAt(x, positions, 2);
    assertThat(some.width()).isEqualTo(2);
    for (int i = 0; i < 2; i++) {
      for (int c = 0; c < 3; c++) {
        assertThat(some.get(0, i, c)).isEqualTo(all.data()[positions[i] * 3 + c]);
      }
    }
  }

  @Test
  void observerSeesEveryElementOfASequential() throws CheckpointException {
    List<String> places = new ArrayList<>();
    Weights w =
        new Weights(SCALAR, pair(4, 3, 3, 5)).observedBy((place, y) -> places.add(place + y));
    Sequential.of(w.at("net"), at -> new Conv2d(at, 1), at -> new Conv2d(at, 1))
        .apply(Tensor.zeros(2, 2, 4));
    assertThat(places).containsExactly("net.0Tensor(2, 2, 3)", "net.1Tensor(2, 2, 5)");
  }

  @Test
  void neighboursThatDoNotFitAreNamed() throws CheckpointException {
    Weights w = new Weights(SCALAR, pair(4, 3, 2, 5)).at("net");
    assertThatThrownBy(() -> Sequential.of(w, at -> new Conv2d(at, 1), at -> new Conv2d(at, 1)))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("made up: net: layer 0 gives 3 channels, but layer 1 takes 2");
  }

  @Test
  void missingMisshapenAndUnboundedWeightsAreNamed() throws CheckpointException {
    Weights w = new Weights(SCALAR, pair(4, 3, 3, 5)).at("net");
    assertThatThrownBy(() -> new Conv2d(w.at(2), 1)).hasMessageContaining("net.2.weight");
    assertThatThrownBy(() -> new Conv2d(w.at(1), 3))
        .hasMessageContaining("net.1.weight")
        .hasMessageContaining("[5, 3, 3, 3]");
    assertThatThrownBy(() -> new SubpelConv2d(w))
        .hasMessage("made up: net.0: weight gives 3 channels, no multiple of 4");
    Checkpoint infinite =
        Checkpoint.of(
            "made up",
            List.of(
                CheckpointTensor.ofFloats("weight", new float[] {Float.NaN}, 1, 1, 1, 1),
                CheckpointTensor.ofFloats("bias", new float[1], 1)));
    assertThatThrownBy(() -> new Conv2d(new Weights(SCALAR, infinite), 1))
        .hasMessage("made up: weight holds NaN");
  }

  private static MaskedConv2d masked(float[] weight) throws CheckpointException {
    Checkpoint checkpoint =
        Checkpoint.of(
            "made up",
            List.of(
                CheckpointTensor.ofFloats("weight", weight.clone(), 3, 2, 3, 3),
                CheckpointTensor.ofFloats("bias", ramp(3), 3)));
    return new MaskedConv2d(new Weights(SCALAR, checkpoint), MaskedConv2d.Mask.A, 3, 0);
  }

  private static Checkpoint pair(int in0, int out0, int in1, int out1) throws CheckpointException {
    return Checkpoint.of(
        "made up",
        List.of(
            CheckpointTensor.ofFloats("net.0.weight", ramp(in0 * out0), out0, in0, 1, 1),
            CheckpointTensor.ofFloats("net.0.bias", ramp(out0), out0),
            CheckpointTensor.ofFloats("net.1.weight", ramp(in1 * out1), out1, in1, 1, 1),
            CheckpointTensor.ofFloats("net.1.bias", ramp(out1), out1)));
  }

  private static float[] ramp(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (i * 7 % 11 - 5) / 8f;
    }
    return values;
  }
}
