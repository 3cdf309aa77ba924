package dev.facet.vision.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.nn.Backend;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Weights;
import dev.facet.testing.TinyClassifier;
import dev.facet.vision.classification.Classifier.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifierTest {
  private static final Backend BACKEND = new ScalarBackend(1);

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  private static Map<String, Object> section(String arch, String... classes) {
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("arch", arch);
    section.put(
        "input",
        Map.of("side", 64L, "mean", List.of(0.5, 0.5, 0.5), "std", List.of(0.25, 0.25, 0.25)));
    section.put("classes", List.of(classes));
    return section;
  }

  private static Classifier classifier(String arch) throws CheckpointException {
    Checkpoint weights =
        arch.equals("vgg16") ? TinyClassifier.vgg16(3, 2) : TinyClassifier.resNet10(3, 2);
    return ClassifierDescription.parse("p", section(arch, "cat", "dog"))
        .network(new Weights(BACKEND, weights));
  }

  private static Tensor image(int side) {
    SplittableRandom random = new SplittableRandom(9);
    Tensor image = Tensor.zeros(side, side, 3);
    for (int i = 0; i < image.data().length; i++) {
      image.data()[i] = (float) random.nextDouble();
    }
    return image;
  }

  @ParameterizedTest
  @ValueSource(strings = {"vgg16", "resnet"})
  void cutsLoseNothing(String arch) throws CheckpointException {
    Classifier classifier = classifier(arch);
    Tensor prepared = classifier.prepare(image(40));
    assertThat(List.of(prepared.height(), prepared.width(), prepared.channels()))
        .containsExactly(64, 64, 3);
    Answer whole = classifier.apply(prepared);
    double squares = 0;
    for (float value : whole.embedding()) {
      squares += value * value;
    }
    assertThat(squares).isCloseTo(1, within(1e-6));
    Tensor logits = classifier.network().apply(prepared);
    assertThat(whole.label()).isEqualTo(logits.data()[1] > logits.data()[0] ? 1 : 0);
    assertThat(classifier.cuts())
        .hasSize(arch.equals("vgg16") ? 10 : 6)
        .startsWith("conv1", "pool1", "conv2")
        .endsWith(arch.equals("vgg16") ? "pool5" : "conv5");
    for (String cut : classifier.cuts()) {
      Answer answer = classifier.after(cut, classifier.network().until(cut, prepared));
      assertThat(answer.label()).isEqualTo(whole.label());
      assertThat(answer.embedding()).isEqualTo(whole.embedding());
    }
  }

  /** Mid-grey becomes 0, and white 2. */
  @Test
  void imagesAreNormalised() throws CheckpointException {
    Tensor white = Tensor.zeros(64, 64, 3);
    java.util.Arrays.fill(white.data(), 1);
    assertThat(classifier("resnet").prepare(white).data()).containsOnly(2);
  }

  @Test
  void badSectionsAreNamed() {
    assertThatThrownBy(() -> ClassifierDescription.parse("p", section("lenet", "a")))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("p: model.json: classifier.arch is not resnet or vgg16");
    Map<String, Object> noInput = section("resnet", "a");
    noInput.remove("input");
    assertThatThrownBy(() -> ClassifierDescription.parse("p", noInput))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("classifier.input.side is missing");
    assertThatThrownBy(() ->
            ClassifierDescription.parse("p", section("resnet", "a"))
                .network(new Weights(BACKEND, TinyClassifier.resNet10(1, 3))))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("the weights know 3 classes, model.json names 1");
  }
}
