package dev.facet.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The fixed polynomials against StrictMath in double, and the bits that the numeric profile
 * promises.
 */
class ElementaryTest {
  private static final int SAMPLES = 400_000;

  private interface FloatFunction {
    float apply(float x);
  }

  @Test
  void expOverItsFullRange() {
    assertThat(worstUlps(Elementary::expFullRange, StrictMath::exp, -110f, 95f)).isLessThan(2);
    assertThat(Elementary.expFullRange(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Elementary.expFullRange(Float.NEGATIVE_INFINITY)).isEqualTo(0f);
    assertThat(Elementary.expFullRange(Float.NaN)).isNaN();
    assertThat(Elementary.expFullRange(-0f)).isEqualTo(1f);
    assertThat(Elementary.expFullRange(Float.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Elementary.expFullRange(-Float.MAX_VALUE)).isEqualTo(0f);
  }

  @Test
  void expAgreesWithTheClampedOneInsideItsRange() {
    Random random = new Random(1);
    for (int i = 0; i < SAMPLES; i++) {
      float x = (random.nextFloat() * 2 - 1) * Elementary.EXP_LIMIT;
      assertThat(Elementary.expFullRange(x)).isEqualTo(Elementary.exp(x));
    }
  }

  @Test
  void log() {
    assertThat(worstUlps(Elementary::log, StrictMath::log, 0f, 4f)).isLessThan(2);
    assertThat(worstUlpsOverBits(Elementary::log, StrictMath::log, 1, 0x7f7fffff)).isLessThan(2);
    assertThat(Elementary.log(1f)).isEqualTo(0f);
    assertThat(Elementary.log(0f)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Elementary.log(-0f)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Elementary.log(-1f)).isNaN();
    assertThat(Elementary.log(Float.NaN)).isNaN();
    assertThat(Elementary.log(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
  }

  @Test
  void tanh() {
    assertThat(worstUlps(Elementary::tanh, StrictMath::tanh, -12f, 12f)).isLessThan(2.5);
    assertThat(worstUlpsOverBits(Elementary::tanh, StrictMath::tanh, 1, 0x7f7fffff))
        .isLessThan(2.5);
    assertThat(Elementary.tanh(Float.POSITIVE_INFINITY)).isEqualTo(1f);
    assertThat(Elementary.tanh(Float.NEGATIVE_INFINITY)).isEqualTo(-1f);
    assertThat(Elementary.tanh(Float.NaN)).isNaN();
    assertThat(Float.floatToRawIntBits(Elementary.tanh(-0f))).isEqualTo(0x80000000);
  }

  @Test
  void softplus() {
    DoubleUnaryOperator exact = x -> x > 20 ? x : StrictMath.log1p(StrictMath.exp(x));
    assertThat(worstUlps(Elementary::softplus, exact, -110f, 25f)).isLessThan(4);
    assertThat(Elementary.softplus(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Elementary.softplus(Float.NEGATIVE_INFINITY)).isEqualTo(0f);
    assertThat(Elementary.softplus(Float.NaN)).isNaN();
    assertThat(Elementary.softplus(20.5f)).isEqualTo(20.5f);
  }

  /**
   * The largest error in units in the last place of the exact result, over evenly spread arguments.
   */
  private static double worstUlps(
      FloatFunction function, DoubleUnaryOperator exact, float from, float to) {
    double worst = 0;
    for (int i = 0; i <= SAMPLES; i++) {
      worst = Math.max(worst, ulps(function, exact, from + (to - from) * i / SAMPLES));
    }
    return worst;
  }

  /**
   * As {@link #worstUlps}, over floats whose bits are evenly spread: as many small ones as large.
   */
  private static double worstUlpsOverBits(
      FloatFunction function, DoubleUnaryOperator exact, int from, int to) {
    double worst = 0;
    for (int i = 0; i <= SAMPLES; i++) {
      float x = Float.intBitsToFloat((int) (from + (long) (to - from) * i / SAMPLES));
      worst = Math.max(worst, ulps(function, exact, x));
    }
    return worst;
  }

  private static double ulps(FloatFunction function, DoubleUnaryOperator exact, float x) {
    double expected = exact.applyAsDouble(x);
    float actual = function.apply(x);
    if (Float.isInfinite((float) expected) || Float.isInfinite(actual)) {
      return actual == (float) expected ? 0 : Double.POSITIVE_INFINITY;
    }
    return Math.abs(actual - expected) / Math.ulp((float) expected);
  }
}
