package dev.facet.nn.layers;

import dev.facet.nn.Gdn;
import dev.facet.nn.GdnParameters;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import org.jspecify.annotations.Nullable;

/**
 * Generalized divisive normalization (Ball&eacute; et al. 2016): {@code x_i / sqrt(beta_i + sum_j
 * gamma_ij * x_j^2)}, or {@code x_i * sqrt(...)} for the inverse. Shape (H, W, C) stays.
 *
 * <p>Keys: {@code beta} (C), {@code gamma} (C, C), as stored by CompressAI before its
 * reparametrisation, which {@link GdnParameters#fold} applies once. The bounds and pedestals in the
 * file are constants and not read.
 */
public final class GdnLayer implements Layer {
  private final Gdn gdn;

  private GdnLayer(Weights w, boolean inverse) throws CheckpointException {
    int c = w.shape("beta", 1)[0];
    gdn =
        w.backend().gdn(GdnParameters.fold(w.floats("beta", c), w.floats("gamma", c, c), inverse));
  }

  /** The normalization of an encoder. */
  public static GdnLayer gdn(Weights w) throws CheckpointException {
    return new GdnLayer(w, false);
  }

  /** The approximate inverse, of a decoder. */
  public static GdnLayer inverse(Weights w) throws CheckpointException {
    return new GdnLayer(w, true);
  }

  @Override
  public Tensor apply(Tensor x) {
    return gdn.apply(x, null);
  }

  /** The layer's output plus {@code residual}, if any, in one pass. */
  public Tensor apply(Tensor x, @Nullable Tensor residual) {
    return gdn.apply(x, residual);
  }

  @Override
  public int inChannels() {
    return gdn.parameters().channels();
  }

  @Override
  public int outChannels() {
    return gdn.parameters().channels();
  }
}
