package dev.facet.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.eval.metric.BdRate.Fit;
import dev.facet.eval.metric.BdRate.Found;
import dev.facet.eval.metric.BdRate.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BdRateTest {
  /**
   * JCTVC-E137: the rates and PSNRs, and the numbers that the libraries of Netflix (VMAF) and Android publish for them, by PCHIP. Then
   * four points that go round with implementations of VCEG-M33, and six, of which a cubic is a least-squares fit. These, and the cubic
   * numbers of all, are those of SciPy's PchipInterpolator and of numpy's polyfit and polyint.
   */
  static Stream<Arguments> references() {
    return Stream.of(
        Arguments.of(
            curve(
                108048.8736, 43.6471, 61279.976, 40.3953, 33905.6656, 37.247, 18883.6928, 34.2911),
            curve(
                108061.2784, 43.6768, 61299.9936, 40.4232, 33928.7472, 37.2761, 18910.912, 34.3147),
            -0.465215420752807,
            -0.4644154200331041),
        Arguments.of(
            curve(40433.8848, 37.5761, 7622.7456, 35.3756, 2394.488, 33.8977, 1017.6184, 32.0603),
            curve(40370.12, 37.5982, 7587.0024, 35.4025, 2390.0944, 33.9194, 1017.0984, 32.0822),
            -1.8779823450567612,
            -1.9101686784514071),
        Arguments.of(
            curve(686.76, 40.28, 309.58, 37.18, 157.11, 34.24, 85.95, 31.42),
            curve(893.34, 40.39, 407.8, 37.21, 204.93, 34.17, 112.75, 31.24),
            31.379878202397627,
            31.397374054908656),
        Arguments.of(
            curve(0.4, 20.1, 0.9, 31.5, 1.7, 44.0, 3.1, 50.2, 6.0, 53.9, 11.0, 55.1),
            curve(0.3, 22.4, 0.7, 30.0, 1.5, 45.5, 2.9, 49.0, 5.5, 54.8, 12.0, 56.0),
            -17.437598278014775,
            -16.352580383379657));
  }

  @ParameterizedTest
  @MethodSource("references")
  void agreesWithPublishedNumbers(
      List<Point> reference, List<Point> tested, double pchip, double cubic) {
    assertThat(BdRate.of(reference, tested, Fit.PCHIP).percent()).isCloseTo(pchip, within(1e-9));
    assertThat(BdRate.of(reference, tested, Fit.CUBIC).percent()).isCloseTo(cubic, within(1e-9));
  }

  @ParameterizedTest
  @EnumSource(Fit.class)
  void aFactorOfTheRateIsFoundExactly(Fit fit) {
    List<Point> reference = curve(1, 10, 3, 14, 8, 19, 40, 21, 100, 22);
    List<Point> tested =
        reference.stream().map(p -> new Point(p.rate() * 0.018, p.accuracy())).toList();
    BdRate rate = BdRate.of(reference, tested, fit);
    assertThat(rate.percent()).isCloseTo(-98.2, within(1e-10));
    assertThat(rate.least()).isCloseTo(-98.2, within(1e-10));
    assertThat(rate.most()).isCloseTo(-98.2, within(1e-10));
    assertThat(rate.crossing()).isFalse();
    assertThat(BdRate.of(reference, reference, fit).percent()).isEqualTo(0);
    assertThat(rate.describe()).isEqualTo("-98.20 %");
  }

  @ParameterizedTest
  @EnumSource(Fit.class)
  void theOtherWayRoundIsTheInverse(Fit fit) {
    List<Point> a = curve(1, 10, 3, 14, 8, 19, 40, 21);
    List<Point> b = curve(0.7, 11, 2, 13.5, 9, 20, 30, 20.9);
    double there = BdRate.of(a, b, fit).percent() / 100;
    double back = BdRate.of(b, a, fit).percent() / 100;
    assertThat((1 + there) * (1 + back)).isCloseTo(1, within(1e-12));
  }

  @Test
  void saysThatCurvesCross() {
    // saves below, wastes above: the mean alone hides it
    BdRate rate =
        BdRate.of(
            curve(1, 10, 2, 20, 4, 30, 8, 40), curve(0.5, 10, 1.5, 20, 5, 30, 16, 40), Fit.PCHIP);
    assertThat(rate.found()).isEqualTo(Found.MEASURED);
    assertThat(rate.crossing()).isTrue();
    assertThat(rate.least()).isCloseTo(-50, within(1e-9));
    assertThat(rate.most()).isCloseTo(100, within(1e-9));
    assertThat(rate.describe()).contains("curves cross: -50.0 to +100.0 %");
  }

  @Test
  void comparesOnlyWhereBothAre() {
    List<Point> reference = curve(1, 10, 2, 20, 4, 30, 8, 40);
    BdRate rate = BdRate.of(reference, curve(1, 25, 2, 35, 4, 45, 8, 55), Fit.PCHIP);
    assertThat(rate.low()).isEqualTo(25);
    assertThat(rate.high()).isEqualTo(40);
    // both double with every 10 of accuracy
    assertThat(rate.percent()).isCloseTo(100 * (Math.pow(2, -1.5) - 1), within(1e-9));
  }

  @ParameterizedTest
  @EnumSource(Fit.class)
  void withoutACommonAccuracyThereIsNoNumber(Fit fit) {
    BdRate rate =
        BdRate.of(
            curve(1, 10, 2, 20, 4, 30, 8, 40), curve(0.1, 41, 0.2, 50, 0.4, 60, 0.8, 70), fit);
    assertThat(rate.found()).isEqualTo(Found.NO_OVERLAP);
    assertThat(rate.percent()).isNaN();
    assertThat(rate.crossing()).isFalse();
    assertThat(rate.describe())
        .isEqualTo("no accuracy that both reach: one ends at 40.00, the other starts at 41.00");
    // they meet in one accuracy: an interval of no width has no mean
    assertThat(
            BdRate.of(curve(1, 10, 2, 20, 4, 30, 8, 40), curve(1, 40, 2, 50, 4, 60, 8, 70), fit)
                .found())
        .isEqualTo(Found.NO_OVERLAP);
  }

  @Test
  void needsAsManyPointsAsTheInterpolation() {
    List<Point> three = curve(1, 10, 2, 20, 4, 30);
    List<Point> four = curve(1, 10, 2, 20, 4, 30, 8, 40);
    assertThat(BdRate.of(four, three, Fit.CUBIC).found()).isEqualTo(Found.TOO_FEW_POINTS);
    assertThat(BdRate.of(three, four, Fit.PCHIP).percent()).isCloseTo(0, within(1e-12));
    assertThat(BdRate.of(four, curve(1, 10), Fit.PCHIP).describe()).isEqualTo("too few points");
    assertThat(BdRate.of(four, List.of(), Fit.PCHIP).found()).isEqualTo(Found.TOO_FEW_POINTS);
    // two points make a line
    assertThat(BdRate.of(curve(1, 10, 8, 40), curve(2, 10, 16, 40), Fit.PCHIP).percent())
        .isCloseTo(100, within(1e-9));
  }

  @Test
  void leavesOutPointsThatAnotherOneBeats() {
    // L-MSFC, table IV, segmentation: its last point costs more than the one before, and finds less
    List<Point> lmsfc =
        curve(
            0.0029, 65.594, 0.0053, 72.819, 0.0198, 80.578, 0.0356, 81.198, 0.0484, 81.488, 0.0589,
            81.339);
    List<Point> tenth = lmsfc.stream().map(p -> new Point(10 * p.rate(), p.accuracy())).toList();
    for (Fit fit : Fit.values()) {
      BdRate rate = BdRate.of(tenth, lmsfc, fit);
      assertThat(rate.percent()).isCloseTo(-90, within(1e-9));
      assertThat(rate.left()).isEqualTo(2);
      assertThat(rate.high()).isEqualTo(81.488);
    }
    // of equal rates the better accuracy counts, of equal accuracies the lower rate
    assertThat(BdRate.front(curve(2, 5, 1, 5, 2, 7, 2, 6, 3, 7)))
        .containsExactly(new Point(1, 5), new Point(2, 7));
  }

  @Test
  void refusesWhatIsNoPoint() {
    assertThatThrownBy(() -> new Point(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Point(1, Double.NaN)).hasMessageContaining("finite accuracies");
    assertThatThrownBy(() -> new Point(Double.POSITIVE_INFINITY, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Rates and accuracies by turns. */
  private static List<Point> curve(double... numbers) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < numbers.length; i += 2) {
      points.add(new Point(numbers[i], numbers[i + 1]));
    }
    return points;
  }
}
