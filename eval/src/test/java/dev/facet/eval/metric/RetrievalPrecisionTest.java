package dev.facet.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RetrievalPrecisionTest {
  /** By hand. */
  @Test
  void countsWhatIsFoundUpToEachHit() {
    assertThat(RetrievalPrecision.average(true, false, true))
        .isCloseTo((1 + 2 / 3.0) / 2, within(1e-15));
    assertThat(RetrievalPrecision.average(false, false, true)).isCloseTo(1 / 3.0, within(1e-15));
    assertThat(RetrievalPrecision.average(true, true, false)).isEqualTo(1);
    assertThat(RetrievalPrecision.average(false, false)).isNaN();
    assertThat(RetrievalPrecision.average()).isNaN();
  }
}
