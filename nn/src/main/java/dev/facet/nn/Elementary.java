package dev.facet.nn;

/**
 * Elementary functions whose bits are part of the numeric profile. Math.exp and its kin differ between JVMs, and so do
 * the Vector API's; these are fixed chains of IEEE operations that any backend repeats exactly.
 */
public final class Elementary {
  /** 1.5 * 2^23: adding and subtracting it rounds a float below 2^22 in size to an integer, half to even. */
  public static final float ROUND = 12582912f;

  public static final float LOG2_E = 0x1.715476p0f;
  public static final float LN2_HIGH = 0x1.62e4p-1f;
  public static final float LN2_LOW = 0x1.7f7d1cp-20f;

  /** Arguments of exp are clamped to +-this size; beyond it, a sigmoid is 0 or 1 to float precision. */
  public static final float EXP_LIMIT = 87f;

  // exp(r) = 1 + r + r^2 * (E0 + E1 r + ... + E5 r^5) on |r| <= ln(2) / 2; minimax coefficients of
  // the Cephes library
  // (S. Moshier), within 2 units in the last place.
  public static final float E0 = 5.0000001201e-1f;
  public static final float E1 = 1.6666665459e-1f;
  public static final float E2 = 4.1665795894e-2f;
  public static final float E3 = 8.3334519073e-3f;
  public static final float E4 = 1.3981999507e-3f;
  public static final float E5 = 1.9875691500e-4f;

  /** From here on, in either direction, exp is infinite or rounds to zero. */
  private static final float EXP_INFINITY = 89f;

  private static final float EXP_ZERO = -104f;

  /** Above this, softplus is the identity, as in PyTorch. */
  private static final float SOFTPLUS_LINEAR = 20f;

  /** Bits of sqrt(1/2), rounded to float. */
  private static final int SQRT_HALF_BITS = 0x3f3504f3;

  // log(1 + f) = f - f^2 / 2 + f^3 * (...), highest power first; Cephes, S. Moshier.
  private static final float[] LOG = {
    7.0376836292e-2f,
    -1.1514610310e-1f,
    1.1676998740e-1f,
    -1.2420140846e-1f,
    1.4249322787e-1f,
    -1.6668057665e-1f,
    2.0000714765e-1f,
    -2.4999993993e-1f,
    3.3333331174e-1f
  };

  // tanh(x) = x + x^3 * (...) in powers of x^2, highest first; Cephes, S. Moshier.
  private static final float[] TANH = {
    -5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f
  };

  private Elementary() {}

  /** exp(x) for x clamped to [-87, 87]. NaN gives NaN. */
  public static float exp(float x) {
    float t = x < -EXP_LIMIT ? -EXP_LIMIT : x;
    t = t > EXP_LIMIT ? EXP_LIMIT : t;
    float n = Fma.fma(t, LOG2_E, ROUND) - ROUND;
    float r = Fma.fma(n, -LN2_LOW, Fma.fma(n, -LN2_HIGH, t));
    float p = Fma.fma(E5, r, E4);
    p = Fma.fma(p, r, E3);
    p = Fma.fma(p, r, E2);
    p = Fma.fma(p, r, E1);
    p = Fma.fma(p, r, E0);
    float e = Fma.fma(p, r * r, r) + 1f;
    return e * Float.intBitsToFloat(((int) n + 127) << 23);
  }

  /** 1 / (1 + exp(-x)). */
  public static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }

  /**
   * exp(x) for every x: overflows to infinity, underflows through the denormals to zero, within 2
   * units in the last place. The same chain as {@link #exp}, but the power of two is applied in two
   * halves, of which only the second can round.
   */
  public static float expFullRange(float x) {
    float t = x < EXP_ZERO ? EXP_ZERO : x;
    t = t > EXP_INFINITY ? EXP_INFINITY : t;
    float n = Fma.fma(t, LOG2_E, ROUND) - ROUND;
    float r = Fma.fma(n, -LN2_LOW, Fma.fma(n, -LN2_HIGH, t));
    float p = Fma.fma(E5, r, E4);
    p = Fma.fma(p, r, E3);
    p = Fma.fma(p, r, E2);
    p = Fma.fma(p, r, E1);
    p = Fma.fma(p, r, E0);
    float e = Fma.fma(p, r * r, r) + 1f;
    int half = (int) n >> 1;
    return e * powerOfTwo(half) * powerOfTwo((int) n - half);
  }

  /**
   * Natural logarithm, within 2 units in the last place; -infinity at 0, NaN below. Denormals are
   * scaled up first. With x = m * 2^k and m from sqrt(1/2) up to sqrt(2), log(m) is the polynomial
   * of the Cephes library in m - 1.
   */
  public static float log(float x) {
    if (!(x > 0f)) {
      return x == 0f ? Float.NEGATIVE_INFINITY : Float.NaN;
    }
    if (x == Float.POSITIVE_INFINITY) {
      return x;
    }
    boolean denormal = x < Float.MIN_NORMAL;
    int bits = Float.floatToRawIntBits(denormal ? x * 0x1p24f : x);
    int shifted = bits - SQRT_HALF_BITS;
    float k = (shifted >> 23) - (denormal ? 24 : 0);
    float f = Float.intBitsToFloat((shifted & 0x7fffff) + SQRT_HALF_BITS) - 1f;
    float z = f * f;
    float p = LOG[0];
    for (int i = 1; i < LOG.length; i++) {
      p = Fma.fma(p, f, LOG[i]);
    }
    float y = Fma.fma(k, LN2_LOW, Fma.fma(p * f, z, -0.5f * z));
    return Fma.fma(k, LN2_HIGH, f + y);
  }

  /**
   * tanh(x): Cephes' odd polynomial below 0.625 in size, 1 - 2 / (exp(2 |x|) + 1) with the sign of
   * x above.
   */
  public static float tanh(float x) {
    float size = Math.abs(x);
    if (size >= 0.625f) {
      return Math.copySign(1f - 2f / (expFullRange(size + size) + 1f), x);
    }
    float z = size * size;
    float p = TANH[0];
    for (int i = 1; i < TANH.length; i++) {
      p = Fma.fma(p, z, TANH[i]);
    }
    return Math.copySign(Fma.fma(p * z, size, size), x);
  }

  /**
   * log(1 + exp(x)), and x itself above 20. With e = exp(x) and u the float next to 1 + e, it is
   * log(u) * e / (u - 1), which repairs the rounding of u (W. Kahan); e itself where u is 1.
   */
  public static float softplus(float x) {
    if (x > SOFTPLUS_LINEAR) {
      return x;
    }
    float e = expFullRange(x);
    float u = 1f + e;
    return u == 1f ? e : log(u) * (e / (u - 1f));
  }

  /** 2^n for n from -126 to 127. */
  private static float powerOfTwo(int n) {
    return Float.intBitsToFloat((n + 127) << 23);
  }
}
