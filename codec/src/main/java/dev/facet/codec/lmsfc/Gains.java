package dev.facet.codec.lmsfc;

import dev.facet.codec.Quality;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gain vectors (Cui et al. 2021; L-MSFC v2): one network for all rates, whose latent is scaled channel by channel before
 * rounding and scaled back after. Trained at Q levels; between two of them the factors are interpolated geometrically: {@code g =
 * exp((1 - t) ln g_q + t ln g_(q+1))}, in double with StrictMath, rounded once.
 */
final class Gains {
  private final int latent;
  private final float[] gain;
  private final float[] inverse;

  private Gains(int latent, float[] gain, float[] inverse) {
    this.latent = latent;
    this.gain = gain;
    this.inverse = inverse;
  }

  /**
   * Reads {@code gain} and {@code inverse_gain}, both (Q, M).
   *
   * @return null if the checkpoint has none
   * @throws CheckpointException if their shapes are not (qualities, latent) or a factor is not positive and finite
   */
  static @Nullable Gains read(Checkpoint checkpoint, int qualities, int latent)
      throws CheckpointException {
    if (!checkpoint.contains("gain") && !checkpoint.contains("inverse_gain")) {
      return null;
    }
    return new Gains(
        latent,
        factors(checkpoint, "gain", qualities, latent),
        factors(checkpoint, "inverse_gain", qualities, latent));
  }

  /** Factors (M) before rounding. */
  float[] gain(Quality quality) {
    return interpolate(gain, quality);
  }

  /** Factors (M) after decoding. */
  float[] inverse(Quality quality) {
    return interpolate(inverse, quality);
  }

  private float[] interpolate(float[] factors, Quality quality) {
    int from = quality.floor() * latent;
    if (quality.fraction() == 0) {
      return Arrays.copyOfRange(factors, from, from + latent);
    }
    double t = quality.fraction();
    float[] result = new float[latent];
    for (int c = 0; c < latent; c++) {
      double low = StrictMath.log(factors[from + c]);
      double high = StrictMath.log(factors[from + latent + c]);
      result[c] = (float) StrictMath.exp((1 - t) * low + t * high);
    }
    return result;
  }

  private static float[] factors(Checkpoint checkpoint, String name, int qualities, int latent)
      throws CheckpointException {
    float[] factors = checkpoint.floats(name, qualities, latent);
    for (float factor : factors) {
      if (!(factor > 0 && Float.isFinite(factor))) {
        throw new CheckpointException(
            checkpoint.source(), -1, name + " holds " + factor + ": gains are positive numbers");
      }
    }
    return factors;
  }
}
