package dev.facet.nn.internal;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A small strict JSON reader and writer for checkpoint headers and model descriptions.
 *
 * <p>Own code, because module nn needs java.base alone and because the texts are untrusted: depth
 * and number of values are bounded, duplicate keys are errors (RFC 8259 leaves them open, and two
 * readers that disagree about a duplicate disagree about the model).
 */
public final class Json {
  /** Depth allowed by {@link #parse(String)}. */
  public static final int DEFAULT_DEPTH = 64;

  /** Number of values (keys included) allowed by {@link #parse(String)}. */
  public static final int DEFAULT_VALUES = 1_000_000;

  private static final int DEEPEST = 512;

  private Json() {}

  /**
   * Parses one JSON value.
   *
   * @return {@code Map<String, Object>} in the order of the text, {@code List<Object>}, String
   *     (lone surrogates are kept), Long (integers that fit), Double (all other numbers), Boolean
   *     or null; the collections are unmodifiable
   * @throws JsonException if the text is not JSON or exceeds a limit
   */
  public static @Nullable Object parse(String text) throws JsonException {
    return parse(text, DEFAULT_DEPTH, DEFAULT_VALUES);
  }

  /**
   * Parses one JSON value.
   *
   * @param maxDepth nesting of arrays and objects allowed, 1 to 512
   * @param maxValues number of values and keys allowed
   * @throws JsonException if the text is not JSON or exceeds a limit
   */
  public static @Nullable Object parse(String text, int maxDepth, int maxValues)
      throws JsonException {
    if (maxDepth < 1 || maxDepth > DEEPEST) {
      throw new IllegalArgumentException("maxDepth " + maxDepth + " is not in 1.." + DEEPEST);
    }
    return new JsonParser(text, maxDepth, maxValues).parseDocument();
  }

  /**
   * Writes a value without any space, maps in their own iteration order: the same value always gives
   * the same text. Everything outside printable ASCII is escaped.
   *
   * @param value what {@link #parse} returns; any integral Number type, Float and Double are accepted
   * @throws IllegalArgumentException on other types, NaN, infinities and nesting beyond 512
   */
  public static String write(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out, 0);
    return out.toString();
  }

  private static void write(@Nullable Object value, StringBuilder out, int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("nested deeper than " + DEEPEST);
    }
    switch (value) {
      case null -> out.append("null");
      case String s -> writeString(s, out);
      case Boolean b -> out.append(b.booleanValue());
      case Long n -> out.append(n.longValue());
      case Integer n -> out.append(n.intValue());
      case Short n -> out.append(n.shortValue());
      case Byte n -> out.append(n.byteValue());
      case Double d when Double.isFinite(d) -> out.append(d.doubleValue());
      case Float f when Float.isFinite(f) -> out.append(f.floatValue());
      case Map<?, ?> map -> writeObject(map, out, depth);
      case List<?> list -> {
        char separator = '[';
        for (Object element : list) {
          out.append(separator);
          write(element, out, depth + 1);
          separator = ',';
        }
        out.append(list.isEmpty() ? "[]" : "]");
      }
      default ->
          throw new IllegalArgumentException(
              "JSON cannot hold " + value + " of " + value.getClass().getName());
    }
  }

  private static void writeObject(Map<?, ?> map, StringBuilder out, int depth) {
    char separator = '{';
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key)) {
        throw new IllegalArgumentException("JSON keys are strings, not " + entry.getKey());
      }
      out.append(separator);
      writeString(key, out);
      out.append(':');
      write(entry.getValue(), out, depth + 1);
      separator = ',';
    }
    out.append(map.isEmpty() ? "{}" : "}");
  }

  private static void writeString(String s, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c >= 0x20 && c < 0x7F) {
        out.append(c);
      } else {
        out.append("\\u").append(HexFormat.of().toHexDigits(c));
      }
    }
    out.append('"');
  }
}
