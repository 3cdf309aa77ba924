package dev.facet.entropy;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReciprocalsTest {
  /** The condition of the theorem, for every divisor: proves the division exact below 2^63. */
  @Test
  void everyReciprocalMeetsTheCondition() {
    for (int d = 1; d <= 65535; d++) {
      int l = 32 - Integer.numberOfLeadingZeros(d - 1);
      BigInteger m = new BigInteger(Long.toUnsignedString(Reciprocals.TABLE[d]));
      BigInteger excess =
          m.multiply(BigInteger.valueOf(d)).subtract(BigInteger.ONE.shiftLeft(63 + l));
      boolean exact = excess.signum() >= 0 && excess.compareTo(BigInteger.ONE.shiftLeft(l)) <= 0;
      assertThat(exact).as("divisor %d", d).isTrue();
    }
  }

  @Test
  void agreesWithDivision() {
    Random random = new Random(5);
    for (int d = 1; d <= 65535; d++) {
      long multiple = Long.MAX_VALUE / d * d;
      long any = random.nextLong() >>> (1 + random.nextInt(40));
      for (long x : new long[] {0, 1, d - 1, d, Long.MAX_VALUE, multiple, multiple - 1, any}) {
        if (Reciprocals.divide(x, d, Reciprocals.TABLE) != x / d) {
          assertThat(Reciprocals.divide(x, d, Reciprocals.TABLE))
              .as("%d / %d", x, d)
              .isEqualTo(x / d);
        }
      }
    }
  }
}
