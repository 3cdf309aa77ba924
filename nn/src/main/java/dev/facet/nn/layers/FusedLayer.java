package dev.facet.nn.layers;

import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;

/**
 * A convolution of some kind: a layer that takes along what follows it, an activation or a
 * residual.
 */
public interface FusedLayer extends Layer {
  /**
   * Applies this layer and the epilogue in one pass.
   *
   * @throws IllegalArgumentException if x or a residual has the wrong shape
   */
  Tensor apply(Tensor x, Epilogue epilogue);

  @Override
  default Tensor apply(Tensor x) {
    return apply(x, Epilogue.NONE);
  }
}
