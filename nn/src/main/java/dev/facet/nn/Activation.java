package dev.facet.nn;

/** Pointwise activation fused into the operation before it. NaN passes through each of them. */
public enum Activation {
  /** x */
  IDENTITY {
    @Override
    public float apply(float x) {
      return x;
    }
  },
  /** max(x, 0), as {@code x < 0 ? +0 : x}. */
  RELU {
    @Override
    public float apply(float x) {
      return x < 0 ? 0f : x;
    }
  },
  /** {@code x < 0 ? 0.01 * x : x}: the slope of every LeakyReLU in L-MSFC and CompressAI. */
  LEAKY_RELU {
    @Override
    public float apply(float x) {
      return x < 0 ? LEAKY_SLOPE * x : x;
    }
  };

  /** Slope of {@link #LEAKY_RELU} below zero. */
  public static final float LEAKY_SLOPE = 0.01f;

  public abstract float apply(float x);

  /** Applies to n elements in a row, in place: one choice for all of them. */
  final void apply(float[] x, int from, int n) {
    switch (this) {
      case IDENTITY -> {}
      case RELU -> {
        for (int i = from; i < from + n; i++) {
          x[i] = RELU.apply(x[i]);
        }
      }
      case LEAKY_RELU -> {
        for (int i = from; i < from + n; i++) {
          x[i] = LEAKY_RELU.apply(x[i]);
        }
      }
    }
  }
}
