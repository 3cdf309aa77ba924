package dev.facet.codec.lmsfc;

import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.AttentionBlock;
import dev.facet.nn.layers.Conv2d;
import dev.facet.nn.layers.ResidualBlock;
import dev.facet.nn.layers.ResidualBlockWithStride;
import dev.facet.nn.layers.Sequential;
import dev.facet.nn.layers.Weights;
import java.util.List;

/**
 * The fusion and encoding network, {@code g_a} (class FeatureCombine of the authors' code): from
 * the finest level on, halve the latent, then join it with the next level as (latent, level).
 *
 * <p>Levels p2..p5 of (H, W, F), (H/2, W/2, F), (H/4, W/4, F), (H/8, W/8, F) to y of (H/16, W/16,
 * M).
 */
public final class FENet {
  private final Backend backend;
  private final Sequential p2Encoder;
  private final Sequential p3Encoder;
  private final Sequential p4Encoder;
  private final Sequential p5Encoder;

  /** Reads the network at {@code g_a}. */
  public FENet(Weights w) throws CheckpointException {
    backend = w.backend();
    p2Encoder = Sequential.of(w.at("p2Encoder"), ResidualBlockWithStride::new, ResidualBlock::new);
    p3Encoder =
        Sequential.of(
            w.at("p3Encoder"),
            ResidualBlockWithStride::new,
            AttentionBlock::new,
            ResidualBlock::new);
    p4Encoder = Sequential.of(w.at("p4Encoder"), ResidualBlockWithStride::new, ResidualBlock::new);
    p5Encoder = Sequential.of(w.at("p5Encoder"), at -> new Conv2d(at, 3, 2), AttentionBlock::new);
    requireJoin(w, "p3Encoder", p2Encoder, p3Encoder);
    requireJoin(w, "p4Encoder", p3Encoder, p4Encoder);
    requireJoin(w, "p5Encoder", p4Encoder, p5Encoder);
  }

  private void requireJoin(Weights w, String name, Sequential finer, Sequential encoder)
      throws CheckpointException {
    int joined = finer.outChannels() + featureChannels();
    w.require(
        encoder.inChannels() == joined,
        "%s takes %d channels, but latent and level have %d + %d",
        name,
        encoder.inChannels(),
        finer.outChannels(),
        featureChannels());
  }

  /**
   * Encodes a padded pyramid.
   *
   * @param levels p2..p5, each half the size of the one before; see {@link PyramidPadding}
   * @return y
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public Tensor apply(List<Tensor> levels) {
    if (levels.size() != PyramidPadding.LEVELS) {
      throw new IllegalArgumentException("a pyramid p2..p5 has 4 levels, not " + levels.size());
    }
    Tensor y = p2Encoder.apply(levels.get(0));
    y = join(y, levels.get(1), p3Encoder);
    y = join(y, levels.get(2), p4Encoder);
    return join(y, levels.get(3), p5Encoder);
  }

  private Tensor join(Tensor latent, Tensor level, Sequential encoder) {
    try (latent;
        Tensor both = backend.concat(latent, level)) {
      return encoder.apply(both);
    }
  }

  /** F, the channels of every level. */
  public int featureChannels() {
    return p2Encoder.inChannels();
  }

  /** The channels above y's resolution. */
  public int hiddenChannels() {
    return p2Encoder.outChannels();
  }

  /** M, the channels of y. */
  public int latentChannels() {
    return p5Encoder.outChannels();
  }
}
