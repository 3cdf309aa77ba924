package dev.facet.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something a benchmark finds. JMH brings only scores back from a fork, so the rest goes through its standard output.
 *
 * @param name lower-case letters and blanks
 * @param unit empty where the value is no number
 */
record Figure(String name, String value, String unit) {
  static final String TIME = "time";
  static final String SPEED = "speed";
  static final String CHECKSUM = "checksum";

  private static final Pattern LINE =
      Pattern.compile("figure (?<name>[a-z ]+) = (?<value>\\S+)(?: (?<unit>\\S+))?");

  static Figure of(String name, double value, String unit) {
    return new Figure(name, Double.toString(value), unit);
  }

  /** Prints a number from a fork. */
  static void print(String name, double value, String unit) {
    System.out.printf(Locale.ROOT, "figure %s = %s %s%n", name, value, unit);
  }

  /** Prints a result's checksum from a fork. */
  static void printChecksum(String checksum) {
    System.out.printf(Locale.ROOT, "figure %s = %s%n", CHECKSUM, checksum);
  }

  /** Those in a fork's output; JMH may have begun their lines. */
  static List<Figure> in(String output) {
    List<Figure> figures = new ArrayList<>();
    for (String line : output.lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.find()) {
        String unit = matcher.group("unit");
        figures.add(
            new Figure(matcher.group("name"), matcher.group("value"), unit == null ? "" : unit));
      }
    }
    return figures;
  }

  boolean isNumber() {
    return !unit.isEmpty();
  }

  double number() {
    return Double.parseDouble(value);
  }
}
