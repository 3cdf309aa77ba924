package dev.facet.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.eval.metric.RateAccuracy.Found;
import dev.facet.eval.metric.RateAccuracy.Measure;
import dev.facet.eval.metric.RateAccuracy.NearLossless;
import dev.facet.eval.metric.RateAccuracy.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateAccuracyTest {
  private static final double BPP = 100;

  @Test
  void interpolatesInTheLogarithmOfTheRate() {
    // 0.99 of 0.5 is 0.495, half way from 0.49 to 0.5: the geometric mean of the rates
    NearLossless found =
        curve(point(0.04, 0.5, 0.3), point(0.01, 0.49, 0.1)).nearLossless(Measure.AP50);
    assertThat(found.found()).isEqualTo(Found.INTERPOLATED);
    assertThat(found.bpp()).isCloseTo(0.02, within(1e-12));
    assertThat(found.ratio()).isCloseTo(5000, within(1e-6));
    assertThat(found.describe()).isEqualTo("0.0200 bpp, 1/5000 of the uncompressed features");
  }

  @Test
  void aPointExactlyAtTheBorderIsTheRate() {
    NearLossless found =
        curve(point(0.01, 0.2, 0.3), point(0.05, 0.99 * 0.5, 0.3)).nearLossless(Measure.AP50);
    assertThat(found.found()).isEqualTo(Found.INTERPOLATED);
    assertThat(found.bpp()).isCloseTo(0.05, within(1e-15));
  }

  @Test
  void aLaterDropMovesTheRateBehindIt() {
    NearLossless found =
        curve(point(0.01, 0.5, 0.3), point(0.02, 0.4, 0.3), point(0.08, 0.59, 0.3))
            .nearLossless(Measure.AP50);
    assertThat(found.bpp()).isCloseTo(0.02 * Math.pow(4, 0.5), within(1e-12));
  }

  @Test
  void saysWhenItIsOnlyABound() {
    NearLossless all = curve(point(0.02, 0.5, 0.3), point(0.01, 0.5, 0.3)).nearLossless(Measure.AP);
    assertThat(all.found()).isEqualTo(Found.AT_MOST);
    assertThat(all.bpp()).isEqualTo(0.01);
    assertThat(all.describe()).startsWith("at most 0.0100 bpp");
    NearLossless none =
        curve(point(0.02, 0.5, 0.2), point(0.01, 0.5, 0.1)).nearLossless(Measure.AP);
    assertThat(none.found()).isEqualTo(Found.NOT_REACHED);
    assertThat(none.bpp()).isEqualTo(0.02);
    assertThat(none.describe()).startsWith("not reached at 0.0200 bpp");
  }

  @Test
  void theSmallestPointThatKeepsTheAccuracy() {
    RateAccuracy drop = curve(point(0.01, 0.5, 0.3), point(0.02, 0.4, 0.3), point(0.08, 0.59, 0.3));
    assertThat(drop.kept(Measure.AP50).bpp()).isEqualTo(0.08);
    assertThat(drop.kept(Measure.AP).bpp()).isEqualTo(0.01);
    RateAccuracy none = curve(point(0.02, 0.4, 0.3), point(0.01, 0.3, 0.3));
    assertThat(none.kept(Measure.AP50).bpp()).isEqualTo(0.02);
  }

  @Test
  void writesCsvByRate() {
    assertThat(curve(point(0.02, 0.5, 0.25), point(0.01, 0.25, 0.125)).csv())
        .isEqualTo(
            """
            quality,bytes,bpp,ratio,ap50,ap
            1.0,100,0.01,10000.0,0.25,0.125
            1.0,100,0.02,5000.0,0.5,0.25
            ,,100.0,1.0,0.5,0.3
            """);
  }

  @Test
  void aCurveNeedsPoints() {
    assertThatThrownBy(() -> curve()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> curve(point(0, 0.1, 0.1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static RateAccuracy curve(Point... points) {
    return new RateAccuracy(BPP, 0.5, 0.3, List.of(points));
  }

  private static Point point(double bpp, double ap50, double ap) {
    return new Point(1, 100, bpp, BPP / bpp, ap50, ap);
  }
}
