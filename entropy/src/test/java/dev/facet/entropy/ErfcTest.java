package dev.facet.entropy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErfcTest {
  /** Correctly rounded values, computed with 200 bits; at least one in each interval. */
  @ParameterizedTest
  @CsvSource({
    "-30.0, 0x1.0000000000000p+1",
    "-6.5, 0x1.0000000000000p+1",
    "-3.0, 0x1.fffe8d6209afdp+0",
    "-2.857142857142857, 0x1.fffc81915db99p+0",
    "-1.3, 0x1.ef1b2509b969dp+0",
    "-1.0, 0x1.d7bb3d3a08445p+0",
    "-0.85, 0x1.c54a80777fed8p+0",
    "-0.5, 0x1.853f7ae0c76e9p+0",
    "-0.1, 0x1.1cca5ea24fb33p+0",
    "-1e-20, 0x1.0000000000000p+0",
    "0.0, 0x1.0000000000000p+0",
    "1e-300, 0x1.0000000000000p+0",
    "0.1, 0x1.c66b42bb60999p-1",
    "0.25, 0x1.728558ee694fcp-1",
    "0.3, 0x1.57be3bbf10af8p-1",
    "0.5, 0x1.eb02147ce245cp-2",
    "0.75, 0x1.27c6d14c5e341p-2",
    "0.84375, 0x1.dcb8cae2d747fp-3",
    "1.0, 0x1.4226162fbddd5p-3",
    "1.2, 0x1.6f5a9c2697cc6p-4",
    "1.25, 0x1.3bcd133aa0ffcp-4",
    "1.5, 0x1.15aaa8ec85205p-5",
    "2.0, 0x1.328f5ec350e67p-8",
    "2.857142857142857, 0x1.bf37512335aeep-15",
    "3.0, 0x1.729df6503422ap-16",
    "4.5, 0x1.b05cfe2e99435p-33",
    "6.0, 0x1.8cf81557d20b6p-56",
    "10.0, 0x1.7d8a7f2a8a2d0p-149",
    "20.0, 0x1.b54f244df93dfp-583",
    "26.5, 0x1.3df6725a60cf5p-1019"
  })
  void withinOneUnitInTheLastPlace(double x, String expected) {
    double exact = Double.parseDouble(expected);
    assertThat(Math.abs(Erfc.erfc(x) - exact)).isLessThanOrEqualTo(Math.ulp(exact));
  }

  @Test
  void specialValues() {
    assertThat(Erfc.erfc(Double.NaN)).isNaN();
    assertThat(Erfc.erfc(Double.POSITIVE_INFINITY)).isZero();
    assertThat(Erfc.erfc(Double.NEGATIVE_INFINITY)).isEqualTo(2);
    assertThat(Erfc.erfc(28)).isZero();
    assertThat(Erfc.erfc(-0.0)).isEqualTo(1);
  }
}
