package dev.facet.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.testing.FmaCases;
import org.junit.jupiter.api.Test;

/** The double arithmetic of {@link Fma} has the bits of Math.fma. */
class FmaTest {
  private static final int BLOCK = 1 << 16;

  /** Fresh operands in every run; the printed seed repeats one: -Dfacet.seed=... */
  private static final long SEED = Long.getLong("facet.seed", System.nanoTime());

  @Test
  void everyTripleOfSpecialValues() {
    check(FmaCases.special());
  }

  @Test
  void randomOperands() {
    System.out.println("random fma: seed " + SEED);
    FmaCases cases = new FmaCases(SEED);
    // ten millions, where that is a matter of seconds
    int blocks = Fma.HARDWARE ? 160 : 2;
    int twiceRounded = 0;
    for (int i = 0; i < blocks; i++) {
      twiceRounded += check(cases.next(BLOCK));
    }
    assertThat(twiceRounded).as("operands that need more than double").isGreaterThan(10 * blocks);
  }

  /** Returns for how many operands the sum in double, rounded again to float, would be wrong. */
  private static int check(float[][] abc) {
    int twiceRounded = 0;
    for (int i = 0; i < abc[0].length; i++) {
      float a = abc[0][i];
      float b = abc[1][i];
      float c = abc[2][i];
      // not raw bits: which NaN it is the specification leaves open
      int expected = Float.floatToIntBits(Math.fma(a, b, c));
      if (Float.floatToIntBits(Fma.soft(a, b, c)) != expected) {
        throw new AssertionError(a + " * " + b + " + " + c + ": " + Fma.soft(a, b, c));
      }
      if (Float.floatToIntBits((float) ((double) a * b + c)) != expected) {
        twiceRounded++;
      }
    }
    return twiceRounded;
  }

  @Test
  void unknownChoiceIsRefused() {
    String before = System.getProperty(Fma.PROPERTY);
    System.setProperty(Fma.PROPERTY, "fast");
    try {
      assertThatThrownBy(() -> Backends.open("scalar", 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("-Ddev.facet.fma=fast: give hardware, soft or auto");
    } finally {
      if (before == null) {
        System.clearProperty(Fma.PROPERTY);
      } else {
        System.setProperty(Fma.PROPERTY, before);
      }
    }
  }
}
