package dev.facet.nn;

import java.util.Locale;

/**
 * Generalized divisive normalization (Ball&eacute; et al. 2016) with its parameters already folded from the
 * checkpoint's representation: {@code norm_i = beta_i + sum_j gamma_ij * x_j^2}, the chain starting at beta and running
 * over j ascending with fma; the result is {@code x_i / sqrt(norm_i)}, or {@code x_i * sqrt(norm_i)} for the inverse.
 *
 * @param beta (C)
 * @param gamma (C, C) row-major, rows i
 */
public record GdnParameters(float[] beta, float[] gamma, boolean inverse) {
  /** 2^-36, CompressAI's pedestal: (2^-18)^2. */
  private static final float PEDESTAL = 0x1p-36f;

  /** sqrt(1e-6 + 2^-36) as float32: the lower bound of a stored beta. */
  private static final float BETA_BOUND = 0x1.06255ap-10f;

  /** 2^-18, the lower bound of a stored gamma. */
  private static final float GAMMA_BOUND = 0x1p-18f;

  public GdnParameters {
    if (gamma.length != beta.length * beta.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "GDN: beta has %d elements, gamma %d", beta.length, gamma.length));
    }
  }

  /**
   * Folds the stored values as CompressAI's NonNegativeParametrizer does: {@code max(stored, bound)^2 - pedestal}. The
   * constants come from here and not from the file, where float16 would have flushed them to zero.
   */
  public static GdnParameters fold(float[] storedBeta, float[] storedGamma, boolean inverse) {
    return new GdnParameters(fold(storedBeta, BETA_BOUND), fold(storedGamma, GAMMA_BOUND), inverse);
  }

  public int channels() {
    return beta.length;
  }

  private static float[] fold(float[] stored, float bound) {
    float[] folded = new float[stored.length];
    for (int i = 0; i < stored.length; i++) {
      float v = Math.max(stored[i], bound);
      folded[i] = v * v - PEDESTAL;
    }
    return folded;
  }
}
