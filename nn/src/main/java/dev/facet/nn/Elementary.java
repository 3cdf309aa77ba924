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

  // exp(r) = 1 + r + r^2 * (E0 + E1 r + ... + E5 r^5) on |r| <= ln(2) / 2; minimax coefficients of the Cephes library
  // (S. Moshier), within 2 units in the last place.
  public static final float E0 = 5.0000001201e-1f;
  public static final float E1 = 1.6666665459e-1f;
  public static final float E2 = 4.1665795894e-2f;
  public static final float E3 = 8.3334519073e-3f;
  public static final float E4 = 1.3981999507e-3f;
  public static final float E5 = 1.9875691500e-4f;

  private Elementary() {}

  /** exp(x) for x clamped to [-87, 87]. NaN gives NaN. */
  public static float exp(float x) {
    float t = x < -EXP_LIMIT ? -EXP_LIMIT : x;
    t = t > EXP_LIMIT ? EXP_LIMIT : t;
    float n = Math.fma(t, LOG2_E, ROUND) - ROUND;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, t));
    float p = Math.fma(E5, r, E4);
    p = Math.fma(p, r, E3);
    p = Math.fma(p, r, E2);
    p = Math.fma(p, r, E1);
    p = Math.fma(p, r, E0);
    float e = Math.fma(p, r * r, r) + 1f;
    return e * Float.intBitsToFloat(((int) n + 127) << 23);
  }

  /** 1 / (1 + exp(-x)). */
  public static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }
}
