package dev.facet.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.nn.Backend;
import dev.facet.nn.BatchNorm;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Epilogue;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Fully connected layers and folded batch normalisation against their plain definitions. */
final class LinearAndNormTest {
  private static final Backend SCALAR = new ScalarBackend(1);

  private final SplittableRandom random = new SplittableRandom(3);

  @AfterAll
  static void close() {
    SCALAR.close();
  }

  @Test
  void windowsAreFlattenedAsTorchDoes() throws CheckpointException {
    int side = 3;
    int channels = 2;
    float[] weight = floats(5 * channels * side * side, 1);
    float[] bias = floats(5, 1);
    Linear layer =
        new Linear(
            weights(
                CheckpointTensor.ofFloats("weight", weight, 5, channels * side * side),
                CheckpointTensor.ofFloats("bias", bias, 5)),
            side);
    assertThat(layer.inChannels()).isEqualTo(channels);
    Tensor x = Tensor.of(4 * side, side, channels, floats(4 * side * side * channels, 1));
    Tensor y = layer.apply(x);
    assertThat(List.of(y.height(), y.width(), y.channels())).containsExactly(4, 1, 5);
    for (int n = 0; n < 4; n++) {
      float[] flat = SCALAR.crop(x, n * side, 0, side, side).toChw();
      for (int o = 0; o < 5; o++) {
        double sum = bias[o];
        for (int i = 0; i < flat.length; i++) {
          sum += (double) weight[o * flat.length + i] * flat[i];
        }
        assertThat((double) y.get(n, 0, o)).isCloseTo(sum, within(1e-5));
      }
    }
  }

  @Test
  void weightsThatAreNoMultipleOfTheWindowAreNamed() throws CheckpointException {
    Weights w =
        weights(
            CheckpointTensor.ofFloats("weight", new float[10], 1, 10),
            CheckpointTensor.ofFloats("bias", new float[1], 1));
    assertThatThrownBy(() -> new Linear(w, 3))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("made up: weight sees 10 values, no multiple of 3 x 3");
  }

  @Test
  void foldedNormalisationEqualsTheTwoStepsUpToRounding() throws CheckpointException {
    int groups = 2;
    float[] weight = floats(6 * 2 * 9, 0.5f);
    float[] variance = {0.5f, 1, 2, 0.1f, 3, 1};
    float[][] norm = {floats(6, 1), floats(6, 1), floats(6, 1), variance};
    ConvBatchNorm2d layer = new ConvBatchNorm2d(conv(weight), norm(norm), 3, 2, groups, 1e-5);
    assertThat(layer.inChannels()).isEqualTo(4);
    assertThat(layer.outChannels()).isEqualTo(6);
    Tensor x = Tensor.of(7, 6, 4, floats(7 * 6 * 4, 1));
    BatchNorm bn = BatchNorm.fold(norm[0], norm[1], norm[2], norm[3], 1e-5);
    Tensor plain =
        SCALAR
            .convolution(
                ConvolutionParameters.of(6, 2, 3, 3, weight)
                    .stride(2)
                    .padding(1)
                    .groups(groups)
                    .build())
            .apply(x, Epilogue.NONE);
    Tensor expected = SCALAR.affineChannels(plain, bn.scale(), bn.shift());
    Tensor folded = layer.apply(x);
    assertThat(folded.sameShape(expected)).isTrue();
    assertThat(folded.data()).containsExactly(expected.data(), within(1e-5f));
  }

  @Test
  void normalisationThatGivesNoNumberIsRefused() throws CheckpointException {
    float[] ones = {1, 1, 1, 1, 1, 1};
    float[] negative = {1, 1, -1, 1, 1, 1};
    float[] zero = {1, 1, 0, 1, 1, 1};
    Weights conv = conv(floats(6 * 2 * 9, 0.5f));
    for (float[] variance : List.of(negative, zero)) {
      Weights norm = norm(ones, ones, ones, variance);
      assertThatThrownBy(() -> new ConvBatchNorm2d(conv, norm, 3, 1, 2, 0))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("factor");
    }
    Weights fine = norm(ones, ones, ones, ones);
    assertThatThrownBy(() -> new ConvBatchNorm2d(conv, fine, 3, 1, 4, 0))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("6 output channels in 4 groups");
  }

  private static Weights conv(float[] weight) throws CheckpointException {
    return weights(CheckpointTensor.ofFloats("weight", weight, 6, 2, 3, 3));
  }

  private static Weights norm(float[]... vectors) throws CheckpointException {
    return weights(
        CheckpointTensor.ofFloats("weight", vectors[0], 6),
        CheckpointTensor.ofFloats("bias", vectors[1], 6),
        CheckpointTensor.ofFloats("running_mean", vectors[2], 6),
        CheckpointTensor.ofFloats("running_var", vectors[3], 6));
  }

  private static Weights weights(CheckpointTensor... tensors) throws CheckpointException {
    return new Weights(SCALAR, Checkpoint.of("made up", List.of(tensors)));
  }

  private float[] floats(int n, float size) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = size * (2 * (float) random.nextDouble() - 1);
    }
    return values;
  }
}
