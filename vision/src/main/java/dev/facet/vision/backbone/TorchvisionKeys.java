package dev.facet.vision.backbone;

import dev.facet.nn.layers.Weights;

/**
 * The two spellings of convolutions in torchvision's detectors: version 0.14 wraps each into a
 * Sequential, so that {@code rpn.head.conv.weight} of the published files became {@code
 * rpn.head.conv.0.0.weight}.
 */
public final class TorchvisionKeys {
  private TorchvisionKeys() {}

  /** The place itself, or the element 0 (of the element 0) of it that has a weight. */
  public static Weights unwrapped(Weights w) {
    if (w.has("weight")) {
      return w;
    }
    Weights first = w.at(0);
    return first.has("weight") || !first.has("0.weight") ? first : first.at(0);
  }

  /** The place under its newer name, unless the checkpoint has the older one. */
  public static Weights either(Weights w, String newer, String older) {
    return w.has(older + ".weight") ? w.at(older) : w.at(newer);
  }
}
