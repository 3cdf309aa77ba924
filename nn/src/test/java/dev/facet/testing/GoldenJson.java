package dev.facet.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON of golden files. Deliberately not {@code dev.facet.nn.internal.Json}: that package
 * is closed to most modules whose tests use this, and two parsers that agree on all golden files
 * check each other.
 */
final class GoldenJson {
  private final String text;
  private int at;

  private GoldenJson(String text) {
    this.text = text;
  }

  static @Nullable Object parse(String text) {
    return new GoldenJson(text).value();
  }

  private @Nullable Object value() {
    char c = next();
    if (c == '{') {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      at++;
      while (next() != '}') {
        String key = string();
        next();
        at++; // colon
        map.put(key, value());
        if (next() == ',') {
          at++;
        }
      }
      at++;
      return map;
    }
    if (c == '[') {
      List<@Nullable Object> list = new ArrayList<>();
      at++;
      while (next() != ']') {
        list.add(value());
        if (next() == ',') {
          at++;
        }
      }
      at++;
      return list;
    }
    return c == '"' ? string() : word();
  }

  /** Skips space. */
  private char next() {
    while (Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return text.charAt(at);
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    for (at++; text.charAt(at) != '"'; at++) {
      if (text.charAt(at) != '\\') {
        out.append(text.charAt(at));
        continue;
      }
      char c = text.charAt(++at);
      if (c == 'u') {
        out.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
        at += 4;
      } else {
        out.append("\b\f\n\r\t\"\\/".charAt("bfnrt\"\\/".indexOf(c)));
      }
    }
    at++;
    return out.toString();
  }

  private @Nullable Object word() {
    int start = at;
    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(start, at);
    return switch (word) {
      case "null" -> null;
      case "true" -> true;
      case "false" -> false;
      default -> {
        if (word.matches("-?\\d{1,18}") && !word.equals("-0")) {
          yield Long.valueOf(word);
        }
        yield Double.valueOf(word);
      }
    };
  }
}
