package dev.facet.testing;

import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.CRC32;

/**
 * Weights and inputs made by formulas, so that golden vectors of full-size models need no stored
 * weights. The formulas are those of section 1 of the golden README; all arithmetic is float64 in
 * the order written there, rounded to float32 once.
 */
public final class FormulaFill {
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private FormulaFill() {}

  /** FNV-1a, 64 bit, of the UTF-8 bytes. */
  public static long fnv1a64(String text) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }

  /** Uniform in [0, 1) with 24 bits: one splitmix64 step of key, index and seed. */
  public static double u(String key, long i, long seed) {
    return u(fnv1a64(key), i, seed);
  }

  private static double u(long hash, long i, long seed) {
    long x = hash + i * GOLDEN_RATIO + seed + GOLDEN_RATIO;
    x = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
    x = (x ^ x >>> 27) * 0x94D049BB133111EBL;
    x ^= x >>> 31;
    return (x >>> 40) / 0x1p24;
  }

  /**
   * The weights of a recipe.json, each checked against its CRC-32 where the recipe has
   * one.
   *
   * @param recipe path below the golden folder, for example {@code a/ar128/recipe.json}
   */
  public static Checkpoint checkpoint(String recipe) {
    Map<String, Object> root = Golden.json(recipe);
    List<CheckpointTensor> tensors = new ArrayList<>();
    for (Object entry : (List<?>) root.get("entries")) {
      tensors.add(tensor((Map<?, ?>) entry));
    }
    try {
      return Checkpoint.of(recipe, tensors);
    } catch (CheckpointException e) {
      throw new AssertionError(e);
    }
  }

  /** One entry of a recipe. */
  public static CheckpointTensor tensor(Map<?, ?> entry) {
    String key = (String) entry.get("key");
    int[] shape =
        ((List<?>) entry.get("shape")).stream().mapToInt(n -> ((Long) n).intValue()).toArray();
    int count = IntStream.of(shape).reduce(1, Math::multiplyExact);
    CheckpointTensor tensor =
        switch ((String) entry.get("dtype")) {
          case "f32" -> CheckpointTensor.ofFloats(key, floats(entry, key, count, shape), shape);
          case "i32" ->
              CheckpointTensor.ofInts(
                  key, longs(entry, count).mapToInt(Math::toIntExact).toArray(), shape);
          case "i64" -> CheckpointTensor.ofLongs(key, longs(entry, count).toArray(), shape);
          default -> throw new AssertionError("unknown dtype in " + entry);
        };
    if (!(entry.get("crc32") instanceof String expected)) {
      return tensor;
    }
    CRC32 crc = new CRC32();
    crc.update(tensor.bytes());
    if (crc.getValue() != Long.parseLong(expected, 16)) {
      throw new AssertionError(
          String.format("%s: CRC-32 %08x, expected %s", key, crc.getValue(), expected));
    }
    return tensor;
  }

  private static LongStream longs(Map<?, ?> entry, int count) {
    return switch ((String) entry.get("fill")) {
      case "empty" -> LongStream.empty();
      case "const" -> {
        long value = ((Number) entry.get("value")).longValue();
        yield LongStream.generate(() -> value).limit(count);
      }
      default -> throw new AssertionError("unknown integer fill in " + entry);
    };
  }

  private static float[] floats(Map<?, ?> entry, String key, int count, int[] shape) {
    float[] out = new float[count];
    Formula formula = formula(entry, key, shape);
    for (int i = 0; i < count; i++) {
      out[i] = (float) formula.at(i);
    }
    return out;
  }

  private interface Formula {
    double at(int i);
  }

  private static Formula formula(Map<?, ?> entry, String key, int[] shape) {
    long hash = fnv1a64(key);
    long seed = entry.get("seed") instanceof String s ? Long.parseUnsignedLong(s) : 0;
    return switch ((String) entry.get("fill")) {
      case "weight" -> {
        double bound = Math.sqrt(3 / number(entry, "fan_in"));
        double gain = number(entry, "gain");
        yield i -> (2 * u(hash, i, seed) - 1) * bound * gain;
      }
      case "weight_split" -> {
        int fanIn = (int) number(entry, "fan_in");
        double bound = Math.sqrt(3.0 / fanIn);
        int split = (int) number(entry, "split");
        double gain0 = number(entry, "gain0");
        double gain1 = number(entry, "gain1");
        yield i -> (2 * u(hash, i, seed) - 1) * bound * (i / fanIn < split ? gain0 : gain1);
      }
      case "affine" -> {
        double c = number(entry, "c");
        double a = number(entry, "a");
        yield i -> c + (2 * u(hash, i, seed) - 1) * a;
      }
      case "scale_bias" -> {
        int split = (int) number(entry, "split");
        double a = number(entry, "a");
        double b = number(entry, "b");
        double c = number(entry, "c");
        yield i -> {
          double u = u(hash, i, seed);
          double t = u * u;
          return i < split ? c + a * (t * t * t) : (2 * u - 1) * b;
        };
      }
      case "gdn_gamma" -> {
        int ch = (int) number(entry, "ch");
        double d = number(entry, "d");
        double dd = number(entry, "dd");
        double q = number(entry, "q");
        double o = number(entry, "o");
        yield i -> {
          double u = u(hash, i, seed);
          return i / ch == i % ch ? d + (2 * u - 1) * dd : (u - q) * o;
        };
      }
      case "eb_quantiles" -> {
        double m = number(entry, "m");
        double lo = number(entry, "lo");
        double w = number(entry, "w");
        yield i -> {
          int first = i - i % 3;
          double median = (2 * u(hash, first + 1, seed) - 1) * m;
          double u = u(hash, i, seed);
          return switch (i % 3) {
            case 0 -> median - (lo + u * w);
            case 1 -> median;
            default -> median + (lo + u * w);
          };
        };
      }
      case "const" -> {
        double value = number(entry, "value");
        yield i -> value;
      }
      case "list" -> {
        List<?> values = (List<?>) entry.get("values");
        yield i -> ((Number) values.get(i)).doubleValue();
      }
      case "mask_a" -> {
        int area = shape[shape.length - 1] * shape[shape.length - 2];
        yield i -> i % area < area / 2 ? 1 : 0;
      }
      case "empty" -> i -> 0;
      default -> throw new AssertionError("unknown fill in " + entry);
    };
  }

  private static double number(Map<?, ?> entry, String name) {
    if (entry.get(name) instanceof Number n) {
      return n.doubleValue();
    }
    throw new AssertionError("no " + name + " in " + entry);
  }

  /** The smooth field of the golden README: bilinear noise of the given step plus white noise. */
  public static double[] field(
      String key, int channels, int height, int width, long seed, int step, double s, double n) {
    long latticeHash = fnv1a64(key + ".lat");
    long noiseHash = fnv1a64(key + ".noise");
    int gh = (height - 1) / step + 2;
    int gw = (width - 1) / step + 2;
    double[] out = new double[Math.multiplyExact(Math.multiplyExact(channels, height), width)];
    for (int c = 0, at = 0; c < channels; c++) {
      for (int y = 0; y < height; y++) {
        long row = ((long) c * gh + y / step) * gw;
        double fy = y % step / (double) step;
        for (int x = 0; x < width; x++, at++) {
          long b = row + x / step;
          double fx = x % step / (double) step;
          double top =
              (1 - fx) * lattice(latticeHash, b, seed) + fx * lattice(latticeHash, b + 1, seed);
          double bottom =
              (1 - fx) * lattice(latticeHash, b + gw, seed)
                  + fx * lattice(latticeHash, b + gw + 1, seed);
          double noise = 2 * u(noiseHash, at, seed) - 1;
          out[at] = s * ((1 - fy) * top + fy * bottom) + n * noise;
        }
      }
    }
    return out;
  }

  private static double lattice(long hash, long i, long seed) {
    return 2 * u(hash, i, seed) - 1;
  }

  /**
   * A feature pyramid: levels p2 to p5, each C x h x w row-major, h and w halved (rounded up) from
   * level to level.
   */
  public static float[][] pyramid(String key, int channels, int p2Height, int p2Width, long seed) {
    float[][] levels = new float[4][];
    int height = p2Height;
    int width = p2Width;
    for (int l = 0; l < levels.length; l++) {
      double[] values = field(key + ".p" + (l + 2), channels, height, width, seed, 8, 2.0, 0.5);
      levels[l] = toFloats(values);
      height = (height + 1) / 2;
      width = (width + 1) / 2;
    }
    return levels;
  }

  /** An 8 bit image, planes R, G, B, each height x width. */
  public static byte[] image(String key, int height, int width, long seed) {
    double[] values = field(key, 3, height, width, seed, 32, 100.0, 30.0);
    byte[] out = new byte[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) Math.floor(Math.min(Math.max(values[i] + 127.5, 0), 255) + 0.5);
    }
    return out;
  }

  private static float[] toFloats(double[] values) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) values[i];
    }
    return out;
  }
}
