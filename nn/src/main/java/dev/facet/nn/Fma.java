package dev.facet.nn;

/**
 * The fused multiply-add of the numeric profile: the one place that calls {@link Math#fma(float, float, float)}.
 *
 * <p>A JVM without the instruction computes Math.fma by BigDecimal, hundreds of times slower than the same result in double
 * arithmetic. Both ways are exact and give the same bits, so which one runs is a question of speed alone; a short trial
 * when the class is initialised answers it (-Ddev.facet.fma overrides it).
 */
public final class Fma {
  /** System property: {@code hardware}, {@code soft}, or {@code auto} (the default). */
  public static final String PROPERTY = "dev.facet.fma";

  static final String AUTO = "auto";
  static final String ALWAYS_HARDWARE = "hardware";
  static final String ALWAYS_SOFT = "soft";

  /** Whether Math.fma and the Vector API's fma are used. A constant to the compiler, which drops the other branch. */
  public static final boolean HARDWARE = choose();

  /** Nanoseconds: the coarsest System.nanoTime in use, far below a batch by BigDecimal. */
  private static final long CLOCK_TICK = 1000;

  private Fma() {}

  /** a * b + c, rounded once: the value of {@link Math#fma(float, float, float)}. */
  public static float fma(float a, float b, float c) {
    return HARDWARE ? Math.fma(a, b, c) : soft(a, b, c);
  }

  /**
   * The same in double arithmetic. A product of two floats is exact in double. The sum is rounded to odd: where it is
   * inexact, of its two double neighbours the one with the odd last bit is taken, which keeps on which side of every float
   * and of every midpoint between floats the true sum lies. Rounding that to float is then correct, denormals included, as
   * double has more than two bits to spare (S. Boldo, G. Melquiond, Emulation of FMA and correctly rounded sums: proved
   * algorithms using rounding to odd, IEEE Transactions on Computers 57(4), 2008).
   */
  static float soft(float a, float b, float c) {
    double product = (double) a * b;
    double sum = product + c;
    // the error of the sum, exactly (Knuth's TwoSum); NaN where an operand is infinite or NaN
    double rest = sum - product;
    double error = (product - (sum - rest)) + (c - rest);
    if (Math.abs(error) > 0) {
      long bits = Double.doubleToRawLongBits(sum);
      // towards zero, where the rounding went away from it; then odd
      long down = (bits ^ Double.doubleToRawLongBits(error)) >>> 63;
      sum = Double.longBitsToDouble((bits - down) | 1);
    }
    return (float) sum;
  }

  private static boolean choose() {
    return switch (System.getProperty(PROPERTY, AUTO)) {
      case ALWAYS_HARDWARE -> true;
      case ALWAYS_SOFT -> false;
      default -> hardwareIsFast(); // a mistyped value is reported by Backends
    };
  }

  /**
   * Interpreted or compiled, natively or under an emulator, Math.fma by an instruction takes less time than the soft way, and by
   * BigDecimal hundreds of times more: the bound of ten lies far from both. The least of a few batches, so that a process set
   * aside does not count; too few calls for one way to be compiled before the other.
   */
  private static boolean hardwareIsFast() {
    long hardware = Long.MAX_VALUE;
    long soft = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      hardware = Math.min(hardware, nanoseconds(true));
      soft = Math.min(soft, nanoseconds(false));
    }
    return hardware < 10 * soft + CLOCK_TICK;
  }

  private static long nanoseconds(boolean hardware) {
    float x = 1.1f;
    long start = System.nanoTime();
    for (int i = 0; i < 16; i++) {
      x = hardware ? Math.fma(x, 0.7f, 0.3f) : soft(x, 0.7f, 0.3f);
    }
    long time = System.nanoTime() - start;
    return Float.isNaN(x) ? Long.MAX_VALUE : time; // x is used, so that the loop is not dead code
  }
}
