package dev.facet.vision.classification;

import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Weights;
import dev.facet.vision.backbone.ImageNormalization;
import dev.facet.vision.backbone.ResNet;
import dev.facet.vision.backbone.StagedNetwork;
import dev.facet.vision.backbone.Vgg16;
import dev.facet.vision.internal.ModelFields;
import java.util.List;
import java.util.Map;

/**
 * The classification network of a model pack, as the section {@code classifier} of its {@code model.json} says (docs/models.md).
 *
 * @param source where it was read, for messages
 * @param kind VGG16 or a ResNet
 * @param side of the square images that it takes, in pixels
 * @param normalization of these images
 * @param epsilon of the batch normalisation, if there is any
 * @param classes names of the elements of the logits
 */
public record ClassifierDescription(
    String source,
    Kind kind,
    int side,
    ImageNormalization normalization,
    double epsilon,
    List<String> classes) {
  private static final int MAX_CLASSES = 100_000;
  private static final int MAX_SIDE = 1 << 12;
  private static final int RGB = 3;

  /** Networks, and the stage whose output is what retrieval compares: the last one before the logits. */
  public enum Kind {
    VGG16("vgg16", "fc7"),
    RESNET("resnet", "pool5");

    private final String label;
    private final String embedding;

    Kind(String label, String embedding) {
      this.label = label;
      this.embedding = embedding;
    }

    /** Name in {@code model.json}. */
    public String label() {
      return label;
    }

    String embedding() {
      return embedding;
    }
  }

  /** Copies the list. */
  public ClassifierDescription {
    classes = List.copyOf(classes);
  }

  /**
   * Reads the section.
   *
   * @param source the pack, for messages
   * @param section as a JSON parser gives it: Map, List, String, Long, Double, Boolean
   * @throws CheckpointException if a field is missing or out of range
   */
  public static ClassifierDescription parse(String source, Map<String, Object> section)
      throws CheckpointException {
    ModelFields root = new ModelFields(source, "classifier", section);
    ModelFields input = root.object("input");
    String kind = root.choice("arch", Kind.RESNET.label, Kind.VGG16.label);
    try {
      return new ClassifierDescription(
          source,
          kind.equals(Kind.VGG16.label) ? Kind.VGG16 : Kind.RESNET,
          input.integer("side", 0, MAX_SIDE),
          new ImageNormalization(input.floats("mean", RGB, 1), input.floats("std", RGB, 1)),
          root.number("epsilon", 1e-5),
          root.strings("classes", MAX_CLASSES));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(source, -1, "classifier: " + e.getMessage());
    }
  }

  /**
   * The network.
   *
   * @param w the root of the pack's classifier weights
   * @throws CheckpointException if weights are missing, or do not fit together or to the classes
   */
  public Classifier network(Weights w) throws CheckpointException {
    StagedNetwork network =
        kind == Kind.VGG16 ? Vgg16.classifier(w) : ResNet.classifier(w, epsilon);
    String last = kind == Kind.VGG16 ? "classifier.6.weight" : "fc.weight";
    int outputs = w.shape(last, 2)[0];
    w.require(
        outputs == classes.size(),
        "the weights know %d classes, model.json names %d",
        outputs,
        classes.size());
    return new Classifier(this, network, w.backend());
  }
}
