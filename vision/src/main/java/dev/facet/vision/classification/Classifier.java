package dev.facet.vision.classification;

import dev.facet.nn.Backend;
import dev.facet.nn.Interpolation;
import dev.facet.nn.Resize;
import dev.facet.nn.Tensor;
import dev.facet.vision.backbone.StagedNetwork;
import java.util.List;

/**
 * A network that says what a picture of one object shows, and whose last features but the logits tell how alike two objects are. Thread-safe.
 */
public final class Classifier {
  private final ClassifierDescription description;
  private final StagedNetwork network;
  private final Backend backend;

  Classifier(ClassifierDescription description, StagedNetwork network, Backend backend) {
    this.description = description;
    this.network = network;
    this.backend = backend;
  }

  /** Names of the classes, in the order of the logits. */
  public List<String> classes() {
    return description.classes();
  }

  /** The stages, which can be cut apart: conv1, pool1, ... */
  public StagedNetwork network() {
    return network;
  }

  /**
   * What the network takes: resized to its side (with a filter that is widened when shrinking) and normalised.
   *
   * @param image RGB in 0..1, (H, W, 3), square to keep its proportions
   * @return (side, side, 3)
   */
  public Tensor prepare(Tensor image) {
    int side = description.side();
    Tensor resized = backend.resize(image, Resize.to(side, side, Interpolation.BILINEAR_ANTIALIAS));
    return description.normalization().apply(backend, resized);
  }

  /**
   * The class.
   *
   * @param logits what the last stage gives
   * @return its index
   */
  public static int label(Tensor logits) {
    float[] values = logits.data();
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  /** What the network says of a feature map. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  public record Answer(int label, float[] embedding) {}

  /**
   * Runs the rest of the network.
   *
   * @param stage that the feature map comes from, one of {@link #cuts}
   * @param feature what this stage gives, or what was decoded of it
   * @return the class, and the features behind it that retrieval compares, scaled to length 1 (unless they are all 0)
   */
  public Answer after(String stage, Tensor feature) {
    return answer(network.between(stage, description.kind().embedding(), feature));
  }

  /** The whole network on what {@link #prepare} gave. */
  public Answer apply(Tensor prepared) {
    return answer(network.until(description.kind().embedding(), prepared));
  }

  private Answer answer(Tensor embedding) {
    Tensor logits = network.after(description.kind().embedding(), embedding);
    return new Answer(label(logits), unit(embedding.data()));
  }

  /** Stages with feature maps behind a ReLU or a pooling: conv1 to conv5 or pool5. */
  public List<String> cuts() {
    String last = description.kind() == ClassifierDescription.Kind.VGG16 ? "pool5" : "conv5";
    List<String> names = network.names();
    return names.subList(0, names.indexOf(last) + 1);
  }

  /** In double, in one order: the same everywhere. */
  private static float[] unit(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    float[] unit = values.clone();
    if (squares > 0) {
      double scale = 1 / Math.sqrt(squares);
      for (int i = 0; i < unit.length; i++) {
        unit[i] = (float) (unit[i] * scale);
      }
    }
    return unit;
  }
}
