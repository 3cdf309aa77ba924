package dev.facet.entropy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * Reads the golden vectors: the folder named by the system property {@code facet.golden} or the
 * environment variable {@code FACET_GOLDEN}, else {@code shared/golden} here or in a folder above.
 */
final class GoldenFiles {
  private static final Pattern TENSOR =
      Pattern.compile(
          "\"([^\"]+)\":\\{\"dtype\":\"(\\w+)\",\"shape\":\\[([^]]*)],"
              + "\"data_offsets\":\\[(\\d+),(\\d+)]}");
  private static final Pattern NUMBER = Pattern.compile("\"(\\w+)\":\"?(-?[0-9][0-9a-fA-Fe.+-]*)");

  private GoldenFiles() {}

  /** The folder; skips the test if there is none, or fails it on a CI machine. */
  static Path root() {
    List<String> named = new ArrayList<>();
    named.add(System.getProperty("facet.golden", ""));
    named.add(System.getenv().getOrDefault("FACET_GOLDEN", ""));
    for (String name : named) {
      if (!name.isEmpty() && Files.isDirectory(Path.of(name))) {
        return Path.of(name);
      }
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve("shared/golden");
      if (Files.isDirectory(candidate)) {
        return candidate;
      }
    }
    String message = "No golden vectors: set FACET_GOLDEN to their folder";
    if (System.getenv("CI") != null) {
      fail(message);
    }
    Assumptions.abort(message);
    throw new AssertionError();
  }

  static byte[] bytes(String path) {
    try {
      return Files.readAllBytes(root().resolve(path));
    } catch (IOException e) {
      throw new AssertionError(path, e);
    }
  }

  /** Values of an .npy file of int32 or u8. */
  static int[] npy(String path) {
    byte[] file = bytes(path);
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int header = 10 + buffer.getShort(8);
    boolean wide =
        new String(file, 10, header - 10, StandardCharsets.ISO_8859_1).contains("'<i4'");
    int[] values = new int[(file.length - header) / (wide ? 4 : 1)];
    for (int i = 0; i < values.length; i++) {
      values[i] = wide ? buffer.getInt(header + 4 * i) : file[header + i] & 0xFF;
    }
    return values;
  }

  /** Values of an .npy file of float32. */
  static float[] npyFloats(String path) {
    byte[] file = bytes(path);
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int header = 10 + buffer.getShort(8);
    float[] values = new float[(file.length - header) / 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = buffer.getFloat(header + 4 * i);
    }
    return values;
  }

  /** A tensor of a .safetensors file; floats of all widths are widened to float32. */
  record Array(String dtype, int[] shape, int[] ints, float[] floats) {}

  static Map<String, Array> safetensors(String path) {
    byte[] file = bytes(path);
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int base = 8 + (int) buffer.getLong(0);
    String header = new String(file, 8, base - 8, StandardCharsets.UTF_8).replace(" ", "");
    Map<String, Array> arrays = new HashMap<>();
    for (Matcher m = TENSOR.matcher(header); m.find(); ) {
      int begin = base + Integer.parseInt(m.group(4));
      int end = base + Integer.parseInt(m.group(5));
      String dtype = m.group(2);
      int width = dtype.endsWith("16") ? 2 : dtype.endsWith("64") ? 8 : 4;
      int n = (end - begin) / width;
      int[] ints = new int[dtype.equals("I32") ? n : 0];
      float[] floats = new float[dtype.equals("I32") ? 0 : n];
      for (int i = 0; i < n; i++) {
        int at = begin + width * i;
        switch (dtype) {
          case "I32" -> ints[i] = buffer.getInt(at);
          case "F32" -> floats[i] = buffer.getFloat(at);
          case "F16" -> floats[i] = Float.float16ToFloat(buffer.getShort(at));
          case "BF16" -> floats[i] = Float.intBitsToFloat(buffer.getShort(at) << 16);
          default -> floats[i] = Float.NaN;
        }
      }
      arrays.put(m.group(1), new Array(dtype, shape(m.group(3)), ints, floats));
    }
    return arrays;
  }

  private static int[] shape(String list) {
    if (list.isEmpty()) {
      return new int[0];
    }
    String[] parts = list.split(",");
    int[] shape = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      shape[i] = Integer.parseInt(parts[i].strip());
    }
    return shape;
  }

  /** Tensors of a recipe.json whose keys begin with a prefix, by the formulas of section 1. */
  static Map<String, float[]> recipe(String path, String prefix) {
    Map<String, float[]> tensors = new HashMap<>();
    for (String line : new String(bytes(path), StandardCharsets.UTF_8).split("\n")) {
      Matcher key = Pattern.compile("\"key\":\\s*\"([^\"]+)\"").matcher(line);
      if (!key.find() || !key.group(1).startsWith(prefix)) {
        continue;
      }
      Map<String, String> numbers = new HashMap<>();
      for (Matcher m = NUMBER.matcher(line.replace(" ", "")); m.find(); ) {
        numbers.put(m.group(1), m.group(2));
      }
      Matcher shape = Pattern.compile("\"shape\":\\s*\\[([^]]*)]").matcher(line);
      assertThat(shape.find()).isTrue();
      int n = 1;
      for (int size : shape(shape.group(1))) {
        n *= size;
      }
      boolean affine = line.contains("\"affine\"");
      if (affine || line.contains("\"eb_quantiles\"")) {
        float[] values = affine ? affine(key.group(1), n, numbers) : quantiles(key.group(1), n, numbers);
        int crc = CdfTable.crc32(bits(values));
        assertThat(crc).as(key.group(1)).isEqualTo(Integer.parseUnsignedInt(crcOf(line), 16));
        tensors.put(key.group(1).substring(prefix.length()), values);
      }
    }
    return tensors;
  }

  private static String crcOf(String line) {
    Matcher m = Pattern.compile("\"crc32\":\\s*\"(\\w+)\"").matcher(line);
    assertThat(m.find()).isTrue();
    return m.group(1);
  }

  static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  private static float[] affine(String key, int n, Map<String, String> numbers) {
    double c = Double.parseDouble(numbers.get("c"));
    double a = Double.parseDouble(numbers.get("a"));
    long seed = Long.parseUnsignedLong(numbers.get("seed"));
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (c + (2 * uniform(key, i, seed) - 1) * a);
    }
    return values;
  }

  private static float[] quantiles(String key, int n, Map<String, String> numbers) {
    double m = Double.parseDouble(numbers.get("m"));
    double lo = Double.parseDouble(numbers.get("lo"));
    double w = Double.parseDouble(numbers.get("w"));
    long seed = Long.parseUnsignedLong(numbers.get("seed"));
    float[] values = new float[n];
    for (int i = 0; i < n; i += 3) {
      double median = (2 * uniform(key, i + 1, seed) - 1) * m;
      values[i] = (float) (median - (lo + uniform(key, i, seed) * w));
      values[i + 1] = (float) median;
      values[i + 2] = (float) (median + (lo + uniform(key, i + 2, seed) * w));
    }
    return values;
  }

  private static double uniform(String key, long i, long seed) {
    long h = 0xCBF29CE484222325L;
    for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
      h = (h ^ (b & 0xFF)) * 0x100000001B3L;
    }
    long x = h + i * 0x9E3779B97F4A7C15L + seed + 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    x = x ^ (x >>> 31);
    return (x >>> 40) / (double) (1 << 24);
  }
}
