package dev.facet.testing;

import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.layers.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One case of section D of the golden vectors: an operation, its inputs, and its result in float64.
 */
public final class GoldenCase {
  /** How far a result may be from the float64 one, relative to the largest finite size in it. */
  public static final double TOLERANCE = 1e-5;

  /**
   * Where the largest size is beyond this, it is no yardstick: each element is held to its own
   * size.
   */
  private static final double WIDE = 1e6;

  /**
   * Sizes below this count as this: there the reference's own float formulas underflow (SiLU below
   * -88.7).
   */
  private static final double SMALL = 1e-30;

  private final String name;
  private final String op;
  private final Map<?, ?> attrs;
  private final Checkpoint file;

  private GoldenCase(String name, String op, Map<?, ?> attrs, Checkpoint file) {
    this.name = name;
    this.op = op;
    this.attrs = attrs;
    this.file = file;
  }

  /** All cases, in the order of the index. */
  public static List<GoldenCase> all() {
    Map<String, Checkpoint> files = new HashMap<>();
    List<GoldenCase> cases = new ArrayList<>();
    for (Object entry : (List<?>) Golden.json("d/index.json").get("cases")) {
      Map<?, ?> map = (Map<?, ?>) entry;
      String file = (String) map.get("file");
      cases.add(
          new GoldenCase(
              (String) map.get("name"),
              (String) map.get("op"),
              (Map<?, ?>) map.get("attrs"),
              files.computeIfAbsent(file, f -> Golden.checkpoint("d/" + f))));
    }
    return cases;
  }

  public String name() {
    return name;
  }

  /** The operation by the reference's name for it. */
  public String op() {
    return op;
  }

  public boolean has(String attribute) {
    return attrs.get(attribute) != null;
  }

  /** An attribute that is true; one that is missing is not. */
  public boolean flag(String attribute) {
    return Boolean.TRUE.equals(attrs.get(attribute));
  }

  public int integer(String attribute) {
    return Math.toIntExact((Long) attrs.get(attribute));
  }

  public double number(String attribute) {
    return ((Number) attrs.get(attribute)).doubleValue();
  }

  public String text(String attribute) {
    return (String) attrs.get(attribute);
  }

  /** A list of numbers, rounded to float. */
  public float[] numbers(String attribute) {
    List<?> list = (List<?>) attrs.get(attribute);
    float[] numbers = new float[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) ((Number) list.get(i)).doubleValue();
    }
    return numbers;
  }

  public boolean hasTensor(String tensor) {
    return file.contains(name + "/" + tensor);
  }

  /** A tensor of the case: x, weight, out, out_f64 ... */
  public CheckpointTensor tensor(String tensor) {
    try {
      return file.get(name + "/" + tensor);
    } catch (CheckpointException e) {
      throw new AssertionError(e);
    }
  }

  public float[] floats(String tensor) {
    return tensor(tensor).floats();
  }

  public int[] ints(String tensor) {
    try {
      return tensor(tensor).ints();
    } catch (CheckpointException e) {
      throw new AssertionError(e);
    }
  }

  /** Image {@code batch} of a tensor of shape (N, C, H, W). */
  public Tensor image(String tensor, int batch) {
    CheckpointTensor all = tensor(tensor);
    int[] shape = all.shape();
    int size = shape[1] * shape[2] * shape[3];
    float[] chw = new float[size];
    System.arraycopy(all.floats(), batch * size, chw, 0, size);
    return Tensor.fromChw(shape[1], shape[2], shape[3], chw);
  }

  /** The state dict of the case's layer. */
  public Weights weights(Backend backend) {
    return new Weights(backend, file).at(name + "/w");
  }

  /**
   * Compares a result with {@code out_f64}. Differences are relative to the largest finite size of
   * the expected values; where that is huge, as in exponentials, to each element's own size.
   *
   * @return the largest difference
   * @throws AssertionError if it exceeds {@link #TOLERANCE}, or infinities or NaN are elsewhere
   */
  public double check(float[] actual) {
    double[] expected = tensor("out_f64").doubles();
    if (actual.length != expected.length) {
      throw new AssertionError(
          "%s: %d elements, expected %d".formatted(name, actual.length, expected.length));
    }
    double largest = 0;
    for (double v : expected) {
      if (Float.isFinite((float) v)) {
        largest = Math.max(largest, Math.abs(v));
      }
    }
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      float rounded = (float) expected[i];
      if (!Float.isFinite(rounded) || !Float.isFinite(actual[i])) {
        if (Float.compare(rounded, actual[i]) != 0) {
          throw new AssertionError(
              "%s[%d] = %s, expected %s".formatted(name, i, actual[i], expected[i]));
        }
      } else if (actual[i] != rounded) {
        double size = largest > WIDE ? Math.max(Math.abs(expected[i]), SMALL) : largest;
        worst = Math.max(worst, Math.abs(actual[i] - expected[i]) / size);
      }
    }
    if (!(worst <= TOLERANCE)) {
      throw new AssertionError("%s: off by %.2e".formatted(name, worst));
    }
    return worst;
  }
}
