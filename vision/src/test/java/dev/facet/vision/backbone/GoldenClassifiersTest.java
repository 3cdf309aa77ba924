package dev.facet.vision.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.vision.GoldenVision;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The classifiers of golden section E: every named feature map, and the logits. */
class GoldenClassifiersTest {
  private static final Backend BACKEND = Backends.open();
  private static final double TOLERANCE = 1e-5;

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  @Test
  void resNet50() throws CheckpointException {
    checkResNet("resnet50");
  }

  @Test
  void resNet152() throws CheckpointException {
    checkResNet("resnet152");
  }

  /** In two halves, so that the heap holds the weights of one at a time. */
  @Test
  void vgg16() throws CheckpointException {
    GoldenVision golden = new GoldenVision("vgg16");
    StagedNetwork features =
        Vgg16.features(golden.weights(BACKEND, key -> key.startsWith("features.")).at("features"));
    Tensor x = check(golden, features, input(golden));
    features = null;
    StagedNetwork connected =
        Vgg16.connected(
            golden.weights(BACKEND, key -> key.startsWith("classifier.")).at("classifier"),
            7,
            BACKEND);
    check(golden, connected, x);
    System.out.println(golden);
  }

  private static void checkResNet(String model) throws CheckpointException {
    GoldenVision golden = new GoldenVision(model);
    StagedNetwork network = ResNet.classifier(golden.weights(BACKEND, key -> true), 1e-5);
    Tensor image = input(golden);
    Tensor logits = check(golden, network, image);
    Tensor split = network.after("conv4", network.until("conv4", image));
    assertThat(split.sameBits(logits)).isTrue();
    System.out.println(golden);
  }

  private static Tensor input(GoldenVision golden) {
    Tensor image = ImageNormalization.IMAGENET.apply(BACKEND, golden.image());
    golden.checkProbe("normalised_input", image, 1e-6);
    return image;
  }

  /** Runs the stages one by one. */
  private static Tensor check(GoldenVision golden, StagedNetwork network, Tensor input) {
    Tensor x = input;
    for (StagedNetwork.Stage stage : network.stages()) {
      x = stage.step().apply(x);
      String name = stage.name();
      if (name.equals("logits")) {
        golden.check(name, name, x.data(), golden.expected("logits_f64").doubles(), TOLERANCE);
      } else if (x.height() == 1) {
        golden.check("features", name, x.data(), golden.expected(name).doubles(), TOLERANCE);
      } else {
        golden.checkFeature(name, x, TOLERANCE);
      }
    }
    return x;
  }
}
