package dev.facet.nn.layers;

import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;

/**
 * {@code x + conv_a(x) * sigmoid(conv_b(x))}, the simplified attention module of Cheng et al. 2020:
 * conv_a is three {@link ResidualUnit}s, conv_b three more and a 1x1 convolution. Shape (H, W, C)
 * stays.
 *
 * <p>Keys: {@code conv_a.0} to {@code conv_a.2}, {@code conv_b.0} to {@code conv_b.3}.
 */
public final class AttentionBlock implements Layer {
  private final Backend backend;
  private final Layer convA;
  private final Layer convB;

  public AttentionBlock(Weights w) throws CheckpointException {
    backend = w.backend();
    convA = Sequential.of(w.at("conv_a"), ResidualUnit::new, ResidualUnit::new, ResidualUnit::new);
    convB =
        Sequential.of(
            w.at("conv_b"),
            ResidualUnit::new,
            ResidualUnit::new,
            ResidualUnit::new,
            at -> new Conv2d(at, 1));
    w.requireChain("conv_b", convB, "the gate of conv_a", convA);
    w.requireChain("conv_a", convA, "conv_b", convB);
  }

  @Override
  public Tensor apply(Tensor x) {
    try (Tensor a = convA.apply(x);
        Tensor b = convB.apply(x)) {
      return backend.sigmoidGate(x, a, b);
    }
  }

  @Override
  public int inChannels() {
    return convA.inChannels();
  }

  @Override
  public int outChannels() {
    return convA.outChannels();
  }
}
