package dev.facet.codec.lmsfc;

import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointTensor;

/**
 * Compares results with a reference in float64 and keeps the worst error found. The error of a
 * tensor is its largest absolute difference over the largest absolute value of the reference.
 */
final class Closeness {
  private final double tolerance;
  private double worst;
  private String worstName = "nothing";
  private int compared;

  Closeness(double tolerance) {
    this.tolerance = tolerance;
  }

  /**
   * Compares a tensor with a reference of shape (C, H, W) or (1, C, H, W).
   *
   * @throws AssertionError if shapes differ or the error is above the tolerance
   */
  void compare(String name, Tensor actual, CheckpointTensor expected) {
    int[] shape = expected.shape();
    int last = shape.length - 1;
    Tensor inShape = Tensor.zeros(shape[last - 1], shape[last], shape[last - 2]);
    if (!actual.sameShape(inShape)) {
      throw new AssertionError("%s: %s instead of %s".formatted(name, actual, inShape));
    }
    compare(name, actual.toChw(), expected.doubles());
  }

  /**
   * Compares arrays in the same order.
   *
   * @throws AssertionError if lengths differ or the error is above the tolerance
   */
  void compare(String name, float[] actual, double[] expected) {
    if (actual.length != expected.length) {
      throw new AssertionError(
          "%s: %d values instead of %d".formatted(name, actual.length, expected.length));
    }
    double largest = Double.MIN_NORMAL;
    double difference = 0;
    int at = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double d = Math.abs(actual[i] - expected[i]);
      if (!(d <= difference)) {
        difference = d;
        at = i;
      }
    }
    double error = difference / largest;
    if (!(error <= tolerance)) {
      throw new AssertionError(
          "%s: error %.3g of the largest value, above %.3g; at %d in C, H, W order %s, not %s"
              .formatted(name, error, tolerance, at, actual[at], expected[at]));
    }
    compared++;
    if (error >= worst) {
      worst = error;
      worstName = name;
    }
  }

  int compared() {
    return compared;
  }

  /** One line: how many tensors were compared, and the worst of them. */
  @Override
  public String toString() {
    return "%d tensors, worst error %.2g of the largest value (%s), allowed %.2g"
        .formatted(compared, worst, worstName, tolerance);
  }
}
