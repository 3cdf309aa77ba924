package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.Backend;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.layers.Weights;
import dev.facet.testing.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is said about checkpoints and pyramids that do not fit, and sizes that the reference cannot
 * code.
 */
final class LmsfcNetworksTest {
  private static final Backend SCALAR = new ScalarBackend(1);

  private Checkpoint small;

  @BeforeEach
  void load() {
    small = Golden.checkpoint("b/checkpoints/small_ar.safetensors");
  }

  @AfterAll
  static void close() {
    SCALAR.close();
  }

  @Test
  void channelCountsComeFromTheCheckpoint() throws CheckpointException {
    LmsfcNetworks networks = read(small);
    assertThat(networks.featureChannels()).isEqualTo(24);
    assertThat(networks.latentChannels()).isEqualTo(16);
    assertThat(networks.hyperChannels()).isEqualTo(16);
    assertThat(networks.context()).isNotNull();
  }

  @Test
  void theSmallestPyramidGoesThroughAllNetworks() throws CheckpointException {
    LmsfcNetworks networks = read(small);
    PyramidPadding padding = new PyramidPadding(1, 2);
    List<Tensor> padded = new ArrayList<>();
    for (int level = 0; level < PyramidPadding.LEVELS; level++) {
      padded.add(padding.pad(SCALAR, level, Tensor.zeros(1, 1, 24)));
    }
    Tensor y = networks.ga().apply(padded);
    Tensor z = networks.ha().apply(y);
    assertThat(z.toString()).isEqualTo("Tensor(1, 1, 16)");
    assertThat(networks.hs().apply(z).toString()).isEqualTo("Tensor(4, 4, 32)");
    assertThat(networks.gs().apply(y)).map(Tensor::height).containsExactly(64, 32, 16, 8);
  }

  @Test
  void levelsThatDoNotHalveAreRefused() throws CheckpointException {
    FENet ga = read(small).ga();
    assertThatThrownBy(() -> ga.apply(List.of(Tensor.zeros(64, 64, 24))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a pyramid p2..p5 has 4 levels, not 1");
    Tensor x = Tensor.zeros(64, 64, 24);
    assertThatThrownBy(() -> ga.apply(List.of(x, x, x, x)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aMissingParameterIsNamed() {
    assertThatThrownBy(() -> read(changed("g_s.fmb34.conv2.0.bias", new int[0])))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("g_s.fmb34.conv2.0.bias");
  }

  @Test
  void networksOfDifferentModelsAreRefused() {
    assertThatThrownBy(
            () -> read(changed("h_s.8.weight", new int[] {30, 24, 3, 3}, "h_s.8.bias", 30)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("h_s gives 30 channels, 32 are needed");
    assertThatThrownBy(() -> read(changed("g_a.p5Encoder.0.weight", new int[] {16, 39, 3, 3})))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            "g_a: p5Encoder takes 39 channels, but latent and level have 16 + 24");
  }

  private static LmsfcNetworks read(Checkpoint checkpoint) throws CheckpointException {
    return LmsfcNetworks.read(new Weights(SCALAR, checkpoint));
  }

  private Checkpoint changed(String weight, int[] shape, String bias, int size)
      throws CheckpointException {
    small = changed(weight, shape);
    return changed(bias, new int[] {size});
  }

  /**
   * The small checkpoint with zeros of another shape for one tensor, or without it if the shape is
   * empty.
   */
  private Checkpoint changed(String name, int[] shape) throws CheckpointException {
    List<CheckpointTensor> tensors = new ArrayList<>();
    for (CheckpointTensor tensor : small.tensors()) {
      if (!tensor.name().equals(name)) {
        tensors.add(tensor);
      } else if (shape.length > 0) {
        int elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        tensors.add(CheckpointTensor.ofFloats(name, new float[elements], shape));
      }
    }
    return Checkpoint.of("changed", tensors);
  }
}
