package dev.facet.nn.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Recursive descent over the text; the recursion is bounded by maxDepth. */
final class JsonParser {
  // Long enough for every double and any sane integer; a megabyte of digits is an attack.
  private static final int LONGEST_NUMBER = 1024;

  private final String text;
  private final int maxDepth;
  private final int maxValues;
  private int at;
  private int values;

  JsonParser(String text, int maxDepth, int maxValues) {
    this.text = text;
    this.maxDepth = maxDepth;
    this.maxValues = maxValues;
  }

  @Nullable Object parseDocument() throws JsonException {
    Object value = value(0);
    skipSpace();
    if (at < text.length()) {
      throw error("more text after the value");
    }
    return value;
  }

  private @Nullable Object value(int depth) throws JsonException {
    count();
    skipSpace();
    char c = peek();
    return switch (c) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> {
        if (c == '-' || isDigit(c)) {
          yield number();
        }
        throw error("a value is expected here");
      }
    };
  }

  private Map<String, @Nullable Object> object(int depth) throws JsonException {
    enter(depth);
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    skipSpace();
    if (peek() == '}') {
      at++;
      return Collections.unmodifiableMap(map);
    }
    while (true) {
      skipSpace();
      int start = at;
      if (peek() != '"') {
        throw error("a key in quotes is expected here");
      }
      count();
      String key = string();
      if (map.containsKey(key)) {
        at = start;
        throw error("the key " + shortened(key) + " appears twice in one object");
      }
      skipSpace();
      expect(':');
      map.put(key, value(depth));
      skipSpace();
      if (peek() == '}') {
        at++;
        return Collections.unmodifiableMap(map);
      }
      expect(',');
    }
  }

  private List<@Nullable Object> array(int depth) throws JsonException {
    enter(depth);
    List<@Nullable Object> list = new ArrayList<>();
    skipSpace();
    if (peek() == ']') {
      at++;
      return Collections.unmodifiableList(list);
    }
    while (true) {
      list.add(value(depth));
      skipSpace();
      if (peek() == ']') {
        at++;
        return Collections.unmodifiableList(list);
      }
      expect(',');
    }
  }

  private String string() throws JsonException {
    at++;
    int start = at;
    // Nearly all strings have no escape: find the end first, copy once.
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        return text.substring(start, at++);
      }
      if (c == '\\') {
        return escapedString(new StringBuilder().append(text, start, at));
      }
      if (c < 0x20) {
        throw error("a control character inside a string must be escaped");
      }
      at++;
    }
    throw error("the text ends inside a string");
  }

  private String escapedString(StringBuilder out) throws JsonException {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return out.toString();
      }
      if (c < 0x20) {
        throw error("a control character inside a string must be escaped");
      }
      at++;
      out.append(c == '\\' ? escape() : c);
    }
    throw error("the text ends inside a string");
  }

  private char escape() throws JsonException {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          char hex = peek();
          int digit = hex < 0x80 ? Character.digit(hex, 16) : -1;
          if (digit < 0) {
            throw error("\\u needs four hexadecimal digits");
          }
          code = code << 4 | digit;
          at++;
        }
        yield (char) code;
      }
      default -> {
        at--;
        throw error("unknown escape");
      }
    };
  }

  private Object number() throws JsonException {
    int start = at;
    boolean integer = true;
    if (text.charAt(at) == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (at < text.length() && text.charAt(at) == '.') {
      integer = false;
      at++;
      digits();
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      integer = false;
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
    if (at - start > LONGEST_NUMBER) {
      at = start;
      throw error("a number longer than " + LONGEST_NUMBER + " characters");
    }
    String number = text.substring(start, at);
    if (integer && !number.equals("-0")) {
      try {
        return Long.valueOf(number);
      } catch (NumberFormatException tooLarge) {
        return Double.valueOf(number);
      }
    }
    return Double.valueOf(number);
  }

  private void digits() throws JsonException {
    if (!isDigit(peek())) {
      throw error("a digit is expected here");
    }
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
  }

  private @Nullable Object word(String word, @Nullable Object value) throws JsonException {
    if (!text.startsWith(word, at)) {
      throw error("a value is expected here");
    }
    at += word.length();
    return value;
  }

  private void enter(int depth) throws JsonException {
    if (depth > maxDepth) {
      throw error("nested deeper than " + maxDepth);
    }
    at++;
  }

  private void count() throws JsonException {
    if (++values > maxValues) {
      throw error("more than " + maxValues + " values");
    }
  }

  private void expect(char c) throws JsonException {
    if (peek() != c) {
      throw error("'" + c + "' is expected here");
    }
    at++;
  }

  private char peek() throws JsonException {
    if (at >= text.length()) {
      throw error("the text ends too early");
    }
    return text.charAt(at);
  }

  private void skipSpace() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static String shortened(String s) {
    return '"' + (s.length() <= 80 ? s : s.substring(0, 80) + "...") + '"';
  }

  private JsonException error(String reason) {
    return new JsonException(at, reason);
  }
}
