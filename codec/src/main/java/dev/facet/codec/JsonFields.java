package dev.facet.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Typed access to an untrusted JSON object; every error names the field. */
final class JsonFields {
  private final String where;
  private final String path;
  private final Map<?, ?> map;

  JsonFields(String where, String path, @Nullable Object value) throws ModelPackException {
    this.where = where;
    this.path = path;
    if (!(value instanceof Map<?, ?> object)) {
      throw new ModelPackException(where, path + " is not a JSON object");
    }
    map = object;
  }

  JsonFields object(String key) throws ModelPackException {
    return new JsonFields(where, path + ": " + key, map.get(key));
  }

  long integer(String key) throws ModelPackException {
    if (map.get(key) instanceof Long value) {
      return value;
    }
    throw wrong(key, "an integer");
  }

  /** An integer of 31 bits; the caller checks the range. */
  int small(String key) throws ModelPackException {
    long value = integer(key);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw wrong(key, "a small integer");
    }
    return (int) value;
  }

  int optionalSmall(String key, int otherwise) throws ModelPackException {
    return map.get(key) == null ? otherwise : small(key);
  }

  boolean bool(String key) throws ModelPackException {
    if (map.get(key) instanceof Boolean value) {
      return value;
    }
    throw wrong(key, "true or false");
  }

  String string(String key, int maxLength) throws ModelPackException {
    if (map.get(key) instanceof String value && value.length() <= maxLength) {
      return value;
    }
    throw wrong(key, "a string of at most " + maxLength + " characters");
  }

  Optional<String> optionalString(String key, int maxLength) throws ModelPackException {
    return map.get(key) == null ? Optional.empty() : Optional.of(string(key, maxLength));
  }

  List<String> strings(String key, int maxCount) throws ModelPackException {
    List<String> strings = new ArrayList<>();
    if (map.get(key) instanceof List<?> list && !list.isEmpty() && list.size() <= maxCount) {
      for (Object value : list) {
        if (value instanceof String string) {
          strings.add(string);
        }
      }
      if (strings.size() == list.size()) {
        return strings;
      }
    }
    throw wrong(key, String.format(Locale.ROOT, "a list of 1 to %d strings", maxCount));
  }

  /** The object as parsed; empty if there is none. */
  @SuppressWarnings("unchecked") // the parser makes objects with String keys only
  Map<String, Object> optionalObject(String key) throws ModelPackException {
    Object value = map.get(key);
    if (value == null) {
      return Map.of();
    }
    if (value instanceof Map<?, ?> object) {
      return (Map<String, Object>) object;
    }
    throw wrong(key, "an object");
  }

  private ModelPackException wrong(String key, String expected) {
    return new ModelPackException(
        where,
        String.format(
            Locale.ROOT,
            "%s: %s is %s",
            path,
            key,
            map.containsKey(key) ? "not " + expected : "missing"));
  }
}
