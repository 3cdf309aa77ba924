package dev.facet.nn;

/**
 * Functions that {@link Backend#map} applies to every element. Unlike an {@link Activation} they
 * are not fused into the operation before. Exponentials and logarithms are those of {@link
 * Elementary}; NaN gives NaN.
 */
public enum Pointwise {
  /**
   * 1 / (1 + exp(-x)), the function of the attention gate: between 1.6e-38 and 1 also at the
   * infinities.
   */
  SIGMOID {
    @Override
    public float apply(float x) {
      return Elementary.sigmoid(x);
    }
  },
  /** Hyperbolic tangent. */
  TANH {
    @Override
    public float apply(float x) {
      return Elementary.tanh(x);
    }
  },
  /** log(1 + exp(x)), and x itself above 20 as in PyTorch. */
  SOFTPLUS {
    @Override
    public float apply(float x) {
      return Elementary.softplus(x);
    }
  },
  /** x / (1 + exp(-x)), also called swish; NaN at minus infinity, as in PyTorch. */
  SILU {
    @Override
    public float apply(float x) {
      return x / (1f + Elementary.expFullRange(-x));
    }
  },
  /**
   * Exponential over the full range: infinity above 88.72, denormals below -87.33, zero below
   * -103.97.
   */
  EXP {
    @Override
    public float apply(float x) {
      return Elementary.expFullRange(x);
    }
  },
  /** The nearest integer, half to even. */
  ROUND {
    @Override
    public float apply(float x) {
      return (float) Math.rint(x);
    }
  };

  public abstract float apply(float x);
}
