package dev.facet.codec;

import java.util.Locale;

/**
 * Sizes of a codec, as a model pack states them.
 *
 * @param features channels F of each level of the pyramid (the authors' N)
 * @param latent channels M of the latent y, the hyper latent z and the layers at their resolution
 * @param hidden channels of the layers of FENet and DRNet above the latent's resolution: M in the
 *     paper; fewer make a fast codec of a wide latent
 * @param context whether the entropy model has the autoregressive context model
 * @param qualities number Q of qualities: rows of the gain vectors, or 1 without gain vectors
 * @param gaussianTables variant of the Gaussian tables, such as {@code torch-1.13-avx2}
 */
public record CodecConfig(
    int features, int latent, int hidden, boolean context, int qualities, String gaussianTables) {
  /** Most channels. */
  public static final int MAX_CHANNELS = 4096;

  /** The tables that the published L-MSFC environment computes. */
  public static final String DEFAULT_TABLES = "torch-1.13-avx2";

  /** Checks the ranges. */
  public CodecConfig {
    check("features", features, MAX_CHANNELS);
    check("latent", latent, MAX_CHANNELS);
    check("hidden", hidden, MAX_CHANNELS);
    check("qualities", qualities, Quality.MAX_LEVEL + 1);
    if (!gaussianTables.matches("[a-z0-9.-]{1,40}")) {
      throw new IllegalArgumentException("gaussian_tables is not the name of a variant");
    }
  }

  /** As in the paper: M channels in all hidden layers. */
  public CodecConfig(
      int features, int latent, boolean context, int qualities, String gaussianTables) {
    this(features, latent, latent, context, qualities, gaussianTables);
  }

  private static void check(String name, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is %d, not in 1..%d", name, value, max));
    }
  }
}
