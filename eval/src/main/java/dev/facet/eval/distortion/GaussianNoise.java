package dev.facet.eval.distortion;

import dev.facet.nn.Tensor;
import java.util.SplittableRandom;

/**
 * Adds white Gaussian noise.
 *
 * @param sigma deviation, on the scale 0..255
 */
public record GaussianNoise(double sigma) implements Distortion {
  /**
   * @throws IllegalArgumentException if sigma is not positive
   */
  public GaussianNoise {
    if (!(sigma > 0) || !Double.isFinite(sigma)) {
      throw new IllegalArgumentException("noise of sigma " + sigma + ": need a positive one");
    }
  }

  @Override
  public Tensor apply(Tensor x, long seed) {
    // one sequence for the whole map, in the order of its elements: nothing depends on who computes
    // it when
    SplittableRandom random = new SplittableRandom(seed);
    Tensor noisy = x.copy();
    for (int i = 0; i < noisy.data().length; i++) {
      noisy.data()[i] = (float) (noisy.data()[i] + sigma * random.nextGaussian());
    }
    return noisy;
  }

  @Override
  public boolean random() {
    return true;
  }

  @Override
  public String describe() {
    return "sigma=" + Numbers.plain(sigma);
  }
}
