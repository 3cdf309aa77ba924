package dev.facet.vision;

import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.layers.Weights;
import dev.facet.testing.FormulaFill;
import dev.facet.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A model of golden section E: weights and image by formula, and what the reference made of them.
 * Keeps the worst error of each kind of result. Errors are relative to the largest value.
 */
public final class GoldenVision {
  private final String model;
  private final Map<String, Object> meta;
  private final Checkpoint tensors;
  private final Map<String, Double> worst = new TreeMap<>();

  /** One of the folders of section E. */
  public GoldenVision(String model) {
    this.model = model;
    this.meta = Golden.json("e/" + model + "/meta.json");
    this.tensors = Golden.checkpoint("e/" + model + "/tensors.safetensors");
  }

  /** The part of the checkpoint whose names the predicate accepts. */
  public Weights weights(Backend backend, Predicate<String> part) {
    List<CheckpointTensor> made = new ArrayList<>();
    for (Object entry : (List<?>) Golden.json("e/" + model + "/recipe.json").get("entries")) {
      Map<?, ?> fields = (Map<?, ?>) entry;
      if (part.test((String) fields.get("key"))) {
        made.add(FormulaFill.tensor(fields));
      }
    }
    try {
      return new Weights(backend, Checkpoint.of(model, made));
    } catch (CheckpointException e) {
      throw new AssertionError(e);
    }
  }

  /** The image, RGB in 0..1. */
  public Tensor image() {
    List<?> size = (List<?>) meta.get("image_size");
    int height = ((Long) size.get(0)).intValue();
    int width = ((Long) size.get(1)).intValue();
    long seed = Long.parseUnsignedLong((String) meta.get("image_seed"));
    byte[] rgb = FormulaFill.image((String) meta.get("image_key"), height, width, seed);
    float[] values = new float[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      values[i] = (rgb[i] & 0xFF) / 255f;
    }
    return Tensor.fromChw(3, height, width, values);
  }

  /** A part of meta.json. */
  public Map<?, ?> meta(String key) {
    return (Map<?, ?>) meta.get(key);
  }

  /** A number of meta.json. */
  public int integer(String key) {
    return ((Long) meta.get(key)).intValue();
  }

  public CheckpointTensor expected(String name) {
    try {
      return tensors.get(name);
    } catch (CheckpointException e) {
      throw new AssertionError(e);
    }
  }

  public int[] ints(String name) {
    try {
      return expected(name).ints();
    } catch (CheckpointException e) {
      throw new AssertionError(e);
    }
  }

  /** Compares the channels that are stored, and the sums of all. */
  public void checkFeature(String name, Tensor actual, double tolerance) {
    List<?> channels = (List<?>) meta("stored_channels").get(name);
    int plane = actual.height() * actual.width();
    float[] chw = actual.toChw();
    float[] stored = new float[channels.size() * plane];
    for (int i = 0; i < channels.size(); i++) {
      int c = ((Long) channels.get(i)).intValue();
      System.arraycopy(chw, c * plane, stored, i * plane, plane);
    }
    check("features", name, stored, expected(name).doubles(), tolerance);
    double[] sums = expected(name + "_channel_sums").doubles();
    float[] means = new float[sums.length];
    double[] expectedMeans = new double[sums.length];
    for (int c = 0; c < actual.channels(); c++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < plane; i++) {
        double v = chw[c * plane + i];
        sum += v;
        squares += v * v;
      }
      means[2 * c] = (float) (sum / plane);
      means[2 * c + 1] = (float) (squares / plane);
      expectedMeans[2 * c] = sums[2 * c] / plane;
      expectedMeans[2 * c + 1] = sums[2 * c + 1] / plane;
    }
    check("channel means", name, means, expectedMeans, tolerance);
  }

  /** Compares with single elements of a tensor of which meta.json keeps few. */
  public void checkProbe(String name, Tensor actual, double tolerance) {
    Map<?, ?> probe = meta(name);
    List<?> at = (List<?>) probe.get("at");
    List<?> value = (List<?>) probe.get("value");
    float[] chw = actual.toChw();
    float[] found = new float[at.size()];
    double[] expected = new double[at.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = chw[((Long) at.get(i)).intValue()];
      expected[i] = ((Number) value.get(i)).doubleValue();
    }
    check("input", name, found, expected, tolerance);
  }

  /** Compares arrays; the error is relative to the largest expected value. */
  public void check(String kind, String name, float[] actual, double[] expected, double tolerance) {
    double largest = Double.MIN_NORMAL;
    for (double v : expected) {
      largest = Math.max(largest, Math.abs(v));
    }
    checkAbsolute(kind, name, actual, expected, tolerance, largest);
  }

  /** Compares arrays in units of {@code unit}. */
  public void checkAbsolute(
      String kind, String name, float[] actual, double[] expected, double tolerance, double unit) {
    if (actual.length != expected.length) {
      throw new AssertionError(
          model + " " + name + ": " + actual.length + " values, not " + expected.length);
    }
    double error = 0;
    int at = 0;
    for (int i = 0; i < actual.length; i++) {
      double e = Math.abs(actual[i] - expected[i]) / unit;
      if (!(e <= error)) {
        error = e;
        at = i;
      }
    }
    if (!(error <= tolerance)) {
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "%s %s: error %.3g above %.3g; at %d %s, not %s",
              model,
              name,
              error,
              tolerance,
              at,
              actual[at],
              expected[at]));
    }
    worst.merge(kind, error, Math::max);
  }

  /** Keeps a number for {@link #toString}. */
  public void note(String kind, double value) {
    worst.merge(kind, value, Math::max);
  }

  /** One line: the worst error of each kind. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(model).append(", worst errors:");
    worst.forEach((kind, e) -> line.append(String.format(Locale.ROOT, " %s %.2g;", kind, e)));
    return line.toString();
  }
}
