package dev.facet.codec.lmsfc;

import dev.facet.nn.Tensor;
import dev.facet.testing.Golden;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Observes the layers of a golden model and compares each output with the reference's probe of the
 * same module: the first one that fails names the wrong layer.
 */
final class GoldenTrace implements BiConsumer<String, Tensor> {
  /** Relative to the largest value of the module's output. */
  private static final double TOLERANCE = 5e-5;

  private final Map<String, Object> probes;
  private final TreeSet<String> seen = new TreeSet<>();
  private double worst;
  private String worstPlace = "nothing";

  GoldenTrace(String path) {
    probes = Golden.json(path);
  }

  @Override
  public void accept(String place, Tensor y) {
    Map<?, ?> probe = (Map<?, ?>) probes.get(place);
    if (probe == null) {
      throw new AssertionError("the reference has no module " + place);
    }
    seen.add(place);
    double largest = number(probe.get("max_abs"));
    float[] chw = y.toChw();
    double sum = 0;
    double found = 0;
    for (float v : chw) {
      sum += Math.abs(v);
      found = Math.max(found, Math.abs(v));
    }
    List<?> at = (List<?>) probe.get("at");
    List<?> values = (List<?>) probe.get("value");
    for (int k = 0; k < at.size(); k++) {
      float v = chw[((Long) at.get(k)).intValue()];
      compare(place, "element " + at.get(k), v, number(values.get(k)), largest);
    }
    compare(place, "max_abs", found, largest, largest);
    double sumAbs = number(probe.get("sum_abs"));
    compare(place, "sum_abs", sum, sumAbs, sumAbs);
  }

  private void compare(String place, String what, double actual, double expected, double largest) {
    double error = Math.abs(actual - expected) / largest;
    if (!(error <= TOLERANCE)) {
      throw new AssertionError(
          "%s: %s is %s instead of %s, error %.2g".formatted(place, what, actual, expected, error));
    }
    if (error >= worst) {
      worst = error;
      worstPlace = place;
    }
  }

  /** How many different modules were compared. */
  int modules() {
    return seen.size();
  }

  @Override
  public String toString() {
    return "%d modules, worst error %.2g (%s)".formatted(seen.size(), worst, worstPlace);
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }
}
