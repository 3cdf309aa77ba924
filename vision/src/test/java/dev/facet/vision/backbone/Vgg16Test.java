package dev.facet.vision.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.Backend;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.layers.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The whole of VGG16 with few channels; the golden test reads its halves. */
class Vgg16Test {
  private static final Backend SCALAR = new ScalarBackend(1);
  private static final int[] CONVOLUTIONS = {0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28};

  @AfterAll
  static void close() {
    SCALAR.close();
  }

  @Test
  void bothHalvesMakeTheWhole() throws CheckpointException {
    Weights w = weights(4, 4);
    StagedNetwork whole = Vgg16.classifier(w);
    assertThat(whole.names())
        .startsWith("conv1", "pool1")
        .endsWith("avgpool", "fc6", "fc7", "logits");
    assertThat(whole.names()).hasSize(14);
    Tensor image = Tensor.of(64, 96, 3, values(new SplittableRandom(2), 64 * 96 * 3, 1));
    Tensor pool5 = whole.until("pool5", image);
    assertThat(List.of(pool5.height(), pool5.width(), pool5.channels())).containsExactly(2, 3, 4);
    assertThat(Vgg16.features(w.at("features")).apply(image).sameBits(pool5)).isTrue();
    Tensor logits = whole.apply(image);
    assertThat(List.of(logits.height(), logits.width(), logits.channels()))
        .containsExactly(1, 1, 5);
    assertThat(whole.after("pool5", pool5).sameBits(logits)).isTrue();
    assertThat(logits.data()).doesNotHaveDuplicates();
  }

  @Test
  void layersThatDoNotFitAreNamed() throws CheckpointException {
    Weights narrow = weights(4, 3);
    assertThatThrownBy(() -> Vgg16.classifier(narrow))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "made up: features.28 gives 4 channels, but classifier.0 takes 147 values, no square of them");
    Weights broken = weights(6, 4);
    assertThatThrownBy(() -> Vgg16.features(broken.at("features")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("the convolution before gives 4 channels, but 5 takes 6");
  }

  /**
   * @param fifth channels that layer features.5 takes; all layers give 4
   * @param connected channels that classifier.0 takes
   */
  private static Weights weights(int fifth, int connected) throws CheckpointException {
    SplittableRandom random = new SplittableRandom(1);
    List<CheckpointTensor> made = new ArrayList<>();
    for (int at : CONVOLUTIONS) {
      int in = at == 0 ? 3 : at == 5 ? fifth : 4;
      add(made, random, "features." + at, 4, in, 3, 3);
    }
    add(made, random, "classifier.0", 8, connected * 49);
    add(made, random, "classifier.3", 8, 8);
    add(made, random, "classifier.6", 5, 8);
    return new Weights(SCALAR, Checkpoint.of("made up", made));
  }

  private static void add(
      List<CheckpointTensor> made, SplittableRandom random, String name, int... shape) {
    int fanIn = 1;
    for (int d = 1; d < shape.length; d++) {
      fanIn *= shape[d];
    }
    float size = (float) Math.sqrt(6.0 / fanIn);
    made.add(
        CheckpointTensor.ofFloats(name + ".weight", values(random, shape[0] * fanIn, size), shape));
    made.add(CheckpointTensor.ofFloats(name + ".bias", values(random, shape[0], 0.1f), shape[0]));
  }

  private static float[] values(SplittableRandom random, int n, float size) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = size * (2 * (float) random.nextDouble() - 1);
    }
    return values;
  }
}
