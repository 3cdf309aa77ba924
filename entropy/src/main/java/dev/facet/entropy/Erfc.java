package dev.facet.entropy;

/**
 * Complementary error function in double precision, with the same bits on every JVM.
 *
 * <p>The interval split and the rational approximations are those of fdlibm's s_erf.c (error below
 * 1 ulp), written anew; exp is {@link StrictMath#exp}. fdlibm carries this notice: Copyright (C)
 * 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun Microsystems, Inc.
 * business. Permission to use, copy, modify, and distribute this software is freely granted,
 * provided that this notice is preserved.
 */
final class Erfc {
  /** erf(1) rounded to 24 bits: the value that the second interval expands around. */
  private static final double ERF_ONE = 8.45062911510467529297e-01;

  // |x| < 0.84375: erf(x) = x + x P(x^2) / Q(x^2)
  private static final double[] SMALL_P = {
    1.28379167095512558561e-01,
    -3.25042107247001499370e-01,
    -2.84817495755985104766e-02,
    -5.77027029648944159157e-03,
    -2.37630166566501626084e-05
  };
  private static final double[] SMALL_Q = {
    1,
    3.97917223959155352819e-01,
    6.50222499887672944485e-02,
    5.08130628187576562776e-03,
    1.32494738004321644526e-04,
    -3.96022827877536812320e-06
  };

  // 0.84375 <= |x| < 1.25: erf(|x|) = ERF_ONE + P(|x| - 1) / Q(|x| - 1)
  private static final double[] ONE_P = {
    -2.36211856075265944077e-03,
    4.14856118683748331666e-01,
    -3.72207876035701323847e-01,
    3.18346619901161753674e-01,
    -1.10894694282396677476e-01,
    3.54783043256182359371e-02,
    -2.16637559486879084300e-03
  };
  private static final double[] ONE_Q = {
    1,
    1.06420880400844228286e-01,
    5.40397917702171048937e-01,
    7.18286544141962662868e-02,
    1.26171219808761642112e-01,
    1.36370839120290507362e-02,
    1.19844998467991074170e-02
  };

  // 1.25 <= |x| < 1/0.35: erfc(|x|) = exp(-x^2 - 0.5625 + P(1/x^2) / Q(1/x^2)) / |x|
  private static final double[] MIDDLE_P = {
    -9.86494403484714822705e-03,
    -6.93858572707181764372e-01,
    -1.05586262253232909814e+01,
    -6.23753324503260060396e+01,
    -1.62396669462573470355e+02,
    -1.84605092906711035994e+02,
    -8.12874355063065934246e+01,
    -9.81432934416914548592e+00
  };
  private static final double[] MIDDLE_Q = {
    1,
    1.96512716674392571292e+01,
    1.37657754143519042600e+02,
    4.34565877475229228821e+02,
    6.45387271733267880336e+02,
    4.29008140027567833386e+02,
    1.08635005541779435134e+02,
    6.57024977031928170135e+00,
    -6.04244152148580987438e-02
  };

  // 1/0.35 <= |x| < 28: the same form
  private static final double[] LARGE_P = {
    -9.86494292470009928597e-03,
    -7.99283237680523006574e-01,
    -1.77579549177547519889e+01,
    -1.60636384855821916062e+02,
    -6.37566443368389627722e+02,
    -1.02509513161107724954e+03,
    -4.83519191608651397019e+02
  };
  private static final double[] LARGE_Q = {
    1,
    3.03380607434824582924e+01,
    3.25792512996573918826e+02,
    1.53672958608443695994e+03,
    3.19985821950859553908e+03,
    2.55305040643316442583e+03,
    4.74528541206955367215e+02,
    -2.24409524465858183362e+01
  };

  private Erfc() {}

  /** Returns 1 - erf(x); 0 for large x, 2 for large negative x, NaN for NaN. */
  static double erfc(double x) {
    double a = Math.abs(x);
    if (a < 0.84375) {
      double z = x * x;
      double y = polynomial(SMALL_P, z) / polynomial(SMALL_Q, z);
      return x < 0.25 ? 1 - (x + x * y) : 0.5 - (x * y + (x - 0.5));
    }
    if (a < 1.25) {
      double y = polynomial(ONE_P, a - 1) / polynomial(ONE_Q, a - 1);
      return x > 0 ? 1 - ERF_ONE - y : 1 + (ERF_ONE + y);
    }
    if (a >= 28) {
      return x > 0 ? 0 : 2;
    }
    double tail = tail(a);
    return x > 0 ? tail : 2 - tail;
  }

  private static double tail(double a) {
    double s = 1 / (a * a);
    double ratio =
        a < 1 / 0.35
            ? polynomial(MIDDLE_P, s) / polynomial(MIDDLE_Q, s)
            : polynomial(LARGE_P, s) / polynomial(LARGE_Q, s);
    // a^2 as high^2, which is exact, plus a small rest: the relative error of exp stays small
    double high = Double.longBitsToDouble(Double.doubleToRawLongBits(a) & 0xFFFFFFFF00000000L);
    double rest = (high - a) * (high + a) + ratio;
    return StrictMath.exp(-high * high - 0.5625) * StrictMath.exp(rest) / a;
  }

  /** Horner's rule, coefficients in ascending order. */
  private static double polynomial(double[] c, double x) {
    double sum = c[c.length - 1];
    for (int i = c.length - 2; i >= 0; i--) {
      sum = c[i] + x * sum;
    }
    return sum;
  }
}
