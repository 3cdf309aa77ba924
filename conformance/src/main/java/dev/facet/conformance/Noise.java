package dev.facet.conformance;

import dev.facet.nn.Tensor;

/**
 * Inputs by formula, in integer arithmetic: element i of the array of seed s is the upper 24 bits of the i-th number of the
 * generator splitmix64 (Steele, Lea, Flood 2014) with seed s, as a signed fraction of 2^23, times a power of two. All of these are
 * exact in float32.
 */
final class Noise {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  /** Values at which functions change their branch. */
  private static final float[] SPECIAL = {
    0f, -0f, 87f, -87f, 88f, -88f, 1e30f, -1e30f, 1e-30f, Float.MIN_VALUE, -Float.MIN_VALUE, 0.5f
  };

  private long state;

  Noise(long seed) {
    state = seed;
  }

  /**
   * The next values, in [-scale, scale).
   *
   * @param scale a power of two
   */
  float[] values(int count, float scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      state += GOLDEN_GAMMA;
      long x = state;
      x = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
      x = (x ^ x >>> 27) * 0x94D049BB133111EBL;
      x ^= x >>> 31;
      values[i] = (x >> 40) * 0x1p-23f * scale;
    }
    return values;
  }

  /** The same without their signs. */
  float[] positive(int count, float scale) {
    float[] values = values(count, scale);
    for (int i = 0; i < count; i++) {
      values[i] = Math.abs(values[i]);
    }
    return values;
  }

  /** A tensor (height, width, channels) of values in [-4, 4). */
  Tensor tensor(int height, int width, int channels) {
    return Tensor.of(height, width, channels, values(height * width * channels, 4));
  }

  /** The same with special values at every fifth element. */
  Tensor special(int height, int width, int channels) {
    Tensor x = tensor(height, width, channels);
    for (int i = 0; i < x.data().length; i += 5) {
      x.data()[i] = SPECIAL[i / 5 % SPECIAL.length];
    }
    return x;
  }
}
