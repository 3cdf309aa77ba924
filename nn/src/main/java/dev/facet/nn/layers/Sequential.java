package dev.facet.nn.layers;

import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import java.util.ArrayList;
import java.util.List;

/** Layers one after the other, as torch's Sequential: keys {@code 0}, {@code 1}, ... */
public final class Sequential implements Layer {
  private final List<Layer> layers;

  private Sequential(List<Layer> layers) {
    this.layers = List.copyOf(layers);
  }

  /**
   * Builds element i from the weights at i.
   *
   * @throws CheckpointException if a layer's weights are missing or neighbours do not fit together
   */
  public static Sequential of(Weights w, Layer.Factory... factories) throws CheckpointException {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < factories.length; i++) {
      Weights at = w.at(i);
      layers.add(at.observed(factories[i].create(at)));
      if (i > 0) {
        w.requireChain("layer " + (i - 1), layers.get(i - 1), "layer " + i, layers.get(i));
      }
    }
    return new Sequential(layers);
  }

  @Override
  public Tensor apply(Tensor x) {
    Tensor y = layers.getFirst().apply(x);
    for (Layer layer : layers.subList(1, layers.size())) {
      try (Tensor before = y) {
        y = layer.apply(before);
      }
    }
    return y;
  }

  @Override
  public int inChannels() {
    return layers.getFirst().inChannels();
  }

  @Override
  public int outChannels() {
    return layers.getLast().outChannels();
  }
}
