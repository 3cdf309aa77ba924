package dev.facet.nn.layers;

import dev.facet.nn.Activation;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions with an activation between them and none after the last: the hyper networks of
 * cheng2020. In torch's Sequential an activation takes up a place, so that the convolutions have
 * the keys {@code 0}, {@code 2}, {@code 4}, ...
 */
public final class ConvolutionStack implements Layer {
  /** Builds a convolution from its weights. */
  @FunctionalInterface
  public interface Factory {
    FusedLayer create(Weights weights) throws CheckpointException;
  }

  private final List<FusedLayer> convolutions;
  private final Epilogue between;

  private ConvolutionStack(List<FusedLayer> convolutions, Activation between) {
    this.convolutions = List.copyOf(convolutions);
    this.between = Epilogue.of(between);
  }

  /**
   * Builds convolution i from the weights at 2 * i.
   *
   * @throws CheckpointException if weights are missing or neighbours do not fit together
   */
  public static ConvolutionStack of(Weights w, Activation between, Factory... factories)
      throws CheckpointException {
    List<FusedLayer> convolutions = new ArrayList<>();
    for (int i = 0; i < factories.length; i++) {
      convolutions.add(factories[i].create(w.at(2 * i)));
      if (i > 0) {
        w.requireChain(
            "layer " + (2 * i - 2), convolutions.get(i - 1), "layer " + 2 * i, convolutions.get(i));
      }
    }
    return new ConvolutionStack(convolutions, between);
  }

  @Override
  public Tensor apply(Tensor x) {
    int last = convolutions.size() - 1;
    Tensor y = convolutions.getFirst().apply(x, last > 0 ? between : Epilogue.NONE);
    for (int i = 1; i <= last; i++) {
      try (Tensor before = y) {
        y = convolutions.get(i).apply(before, i < last ? between : Epilogue.NONE);
      }
    }
    return y;
  }

  @Override
  public int inChannels() {
    return convolutions.getFirst().inChannels();
  }

  @Override
  public int outChannels() {
    return convolutions.getLast().outChannels();
  }
}
