package dev.facet.eval.experiment;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Times of single pictures to one. */
final class Seconds {
  private Seconds() {}

  /** The median: the first pictures of a JVM take many times longer, until the kernels are compiled. */
  static <T> double median(List<T> entries, ToDoubleFunction<T> seconds) {
    double[] sorted = entries.stream().mapToDouble(seconds).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
