package dev.facet.nn.layers;

import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;

/** A map from feature maps to feature maps with fixed weights. Immutable and thread-safe. */
public interface Layer {
  /**
   * Applies this layer.
   *
   * @param x (H, W, {@link #inChannels()}), not modified
   * @return a new tensor of {@link #outChannels()} channels; never a view of x
   * @throws IllegalArgumentException if x has another channel count
   */
  Tensor apply(Tensor x);

  int inChannels();

  int outChannels();

  /** Builds a layer from its weights; mostly a constructor reference. */
  @FunctionalInterface
  interface Factory {
    Layer create(Weights weights) throws CheckpointException;
  }
}
