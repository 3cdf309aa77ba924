package dev.facet.vision.internal;

import dev.facet.nn.checkpoint.CheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Typed access to an untrusted section of {@code model.json}; every error names the field. */
public final class ModelFields {
  private static final int MAX_STRING = 200;
  private static final int MAX_NUMBERS = 64;

  private final String source;
  private final String path;
  private final Map<?, ?> map;

  /**
   * A section.
   *
   * @param source the pack, for messages
   * @param path of the section in {@code model.json}
   * @param map as a JSON parser gives it: Map, List, String, Long, Double, Boolean
   */
  public ModelFields(String source, String path, Map<?, ?> map) {
    this.source = source;
    this.path = path;
    this.map = map;
  }

  /** Whether the field is there. */
  public boolean has(String key) {
    return map.containsKey(key);
  }

  /** Empty if it is missing. */
  public ModelFields object(String key) throws CheckpointException {
    Object value = map.get(key);
    if (value == null) {
      return new ModelFields(source, path + "." + key, Map.of());
    }
    if (value instanceof Map<?, ?> object) {
      return new ModelFields(source, path + "." + key, object);
    }
    throw wrong(key, "an object");
  }

  /** A short text. */
  public String string(String key, String otherwise) throws CheckpointException {
    Object value = map.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof String text && text.length() <= MAX_STRING) {
      return text;
    }
    throw wrong(key, "a short string");
  }

  /** One of two words, by default the first. */
  public String choice(String key, String first, String second) throws CheckpointException {
    String value = string(key, first);
    if (value.equals(first) || value.equals(second)) {
      return value;
    }
    throw wrong(key, first + " or " + second);
  }

  /** In 1..most; 0 as the default makes it necessary. */
  public int integer(String key, int otherwise, int most) throws CheckpointException {
    Object value = map.get(key);
    if (value == null && otherwise > 0) {
      return otherwise;
    }
    if (value instanceof Long number && number >= 1 && number <= most) {
      return number.intValue();
    }
    throw wrong(key, "an integer in 1.." + most);
  }

  /** A finite number. */
  public double number(String key, double otherwise) throws CheckpointException {
    Object value = map.get(key);
    return value == null ? otherwise : finite(key, value);
  }

  /** True or false. */
  public boolean bool(String key, boolean otherwise) throws CheckpointException {
    Object value = map.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean bool) {
      return bool;
    }
    throw wrong(key, "true or false");
  }

  /**
   * Numbers divided by {@code unit}.
   *
   * @param count how many there must be; 0 for any number of them
   */
  public float[] floats(String key, int count, double unit) throws CheckpointException {
    List<?> list = list(key, MAX_NUMBERS, "a list of numbers");
    if (count > 0 && list.size() != count) {
      throw wrong(key, "a list of " + count + " numbers");
    }
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (finite(key, list.get(i)) / unit);
    }
    return values;
  }

  /** One text or more. */
  public List<String> strings(String key, int most) throws CheckpointException {
    List<String> strings = new ArrayList<>();
    for (Object value : list(key, most, "a list of 1 to " + most + " short strings")) {
      if (!(value instanceof String text) || text.length() > MAX_STRING) {
        throw wrong(key, "a list of short strings");
      }
      strings.add(text);
    }
    return strings;
  }

  /** One whole number or more, from 0 on. */
  public List<Integer> integers(String key, int most) throws CheckpointException {
    List<Integer> integers = new ArrayList<>();
    for (Object value : list(key, most, "a list of integers")) {
      if (!(value instanceof Long number) || number < 0 || number > Integer.MAX_VALUE) {
        throw wrong(key, "a list of integers from 0 on");
      }
      integers.add(number.intValue());
    }
    return integers;
  }

  /** What to throw for a field that is not as expected. */
  public CheckpointException wrong(String key, String expected) {
    return new CheckpointException(
        source,
        -1,
        "model.json: "
            + path
            + "."
            + key
            + (has(key) ? " is not " : " is missing; it must be ")
            + expected);
  }

  private List<?> list(String key, int most, String expected) throws CheckpointException {
    if (map.get(key) instanceof List<?> list && !list.isEmpty() && list.size() <= most) {
      return list;
    }
    throw wrong(key, expected);
  }

  private double finite(String key, @Nullable Object value) throws CheckpointException {
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw wrong(key, "made of numbers");
  }
}
