package dev.facet.testing;

import java.util.SplittableRandom;

/**
 * Operands for a fused multiply-add: any bits, values of a network, sums next to the midpoint of two floats (where rounding
 * twice goes wrong) and cancellations, over all exponents and with denormals.
 */
public final class FmaCases {
  /** Values at which the format changes its behaviour, and their neighbours; all triples of them are worth a try. */
  private static final float[] SPECIAL = {
    0f,
    Float.MIN_VALUE,
    3 * Float.MIN_VALUE,
    Float.MIN_NORMAL - Float.MIN_VALUE,
    Float.MIN_NORMAL,
    0x1p-75f,
    0x1p-25f,
    0x1p-24f,
    0x1.000002p-24f,
    0.5f,
    0x1.fffffep-1f,
    1f,
    0x1.000002p0f,
    1.5f,
    3f,
    0x1p24f,
    0x1.000002p24f,
    0x1p104f,
    0x1p127f,
    Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NaN
  };

  private final SplittableRandom random;

  public FmaCases(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Every triple of special values with every sign: {a, b, c}, of equal length. */
  public static float[][] special() {
    int n = 2 * SPECIAL.length;
    float[][] abc = new float[3][n * n * n];
    for (int i = 0; i < n * n * n; i++) {
      abc[0][i] = signed(i % n);
      abc[1][i] = signed(i / n % n);
      abc[2][i] = signed(i / n / n);
    }
    return abc;
  }

  private static float signed(int i) {
    float v = SPECIAL[i / 2];
    return i % 2 == 0 ? v : -v;
  }

  /** {a, b, c}, n of each. */
  public float[][] next(int n) {
    float[][] abc = new float[3][n];
    for (int i = 0; i < n; i++) {
      float a = number(exponent(-64, 63));
      float b = number(exponent(-64, 63));
      float c;
      switch (i % 4) {
        case 0 -> {
          a = Float.intBitsToFloat(random.nextInt());
          b = Float.intBitsToFloat(random.nextInt());
          c = Float.intBitsToFloat(random.nextInt());
        }
        case 1 -> {
          a = (float) random.nextDouble(-3, 3);
          b = (float) random.nextDouble(-3, 3);
          c = (float) random.nextDouble(-3, 3);
        }
        case 2 -> c = number(Math.getExponent(a) + Math.getExponent(b) + exponent(20, 28));
        default -> {
          c = -a * b;
          c += random.nextInt(-2, 3) * Math.ulp(c);
        }
      }
      abc[0][i] = a;
      abc[1][i] = b;
      abc[2][i] = c;
    }
    return abc;
  }

  private int exponent(int from, int to) {
    return random.nextInt(from, to + 1);
  }

  /** Of the given exponent; half of them a few units from a power of two, so that products come close to it. */
  private float number(int exponent) {
    int mantissa = random.nextBoolean() ? random.nextInt(-3, 4) : random.nextInt(1 << 23);
    float size = Math.scalb(1f + mantissa * 0x1p-23f, exponent);
    return random.nextBoolean() ? size : -size;
  }
}
