package dev.facet.eval.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of an experiment: for a file of comma-separated values, for JSON, and for a page.
 *
 * @param name of the file, without its ending
 * @param head names of the columns, lower case, as JSON keys
 * @param rows cells of each: texts, whole numbers, doubles, booleans; null for what does not exist
 */
public record ResultTable(String name, List<String> head, List<List<@Nullable Object>> rows) {
  /** An empty table. */
  public static ResultTable of(String name, String... head) {
    return new ResultTable(name, List.of(head), new ArrayList<>());
  }

  /**
   * Appends a row. Doubles that are not finite become null.
   *
   * @throws IllegalArgumentException if it has not as many cells as the head
   */
  public ResultTable row(@Nullable Object... cells) {
    if (cells.length != head.size()) {
      throw new IllegalArgumentException(cells.length + " cells under " + head);
    }
    List<@Nullable Object> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(cell instanceof Double number && !Double.isFinite(number) ? null : cell);
    }
    rows.add(row);
    return this;
  }

  /** All digits; nothing for what does not exist. */
  public String csv() {
    StringBuilder text = new StringBuilder(String.join(",", head)).append('\n');
    for (List<@Nullable Object> row : rows) {
      List<String> cells =
          row.stream().map(cell -> quoted(cell == null ? "" : cell.toString())).toList();
      text.append(String.join(",", cells)).append('\n');
    }
    return text.toString();
  }

  private static String quoted(String cell) {
    return cell.contains(",") || cell.contains("\"")
        ? '"' + cell.replace("\"", "\"\"") + '"'
        : cell;
  }

  /** Each row with the head's names as keys. */
  public List<Map<String, @Nullable Object>> json() {
    List<Map<String, @Nullable Object>> objects = new ArrayList<>();
    for (List<@Nullable Object> row : rows) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      for (int i = 0; i < head.size(); i++) {
        object.put(head.get(i), row.get(i));
      }
      objects.add(object);
    }
    return objects;
  }

  /** For people: doubles with four significant digits, or two decimals from 1000 on. */
  public List<List<String>> text() {
    return rows.stream().map(row -> row.stream().map(ResultTable::text).toList()).toList();
  }

  private static String text(@Nullable Object cell) {
    return switch (cell) {
      case null -> "";
      case Double number when Math.abs(number) >= 1000 ->
          String.format(Locale.ROOT, "%,.2f", number);
      case Double number -> String.format(Locale.ROOT, "%.4g", number);
      case Long number -> String.format(Locale.ROOT, "%,d", number);
      case Object other -> other.toString();
    };
  }
}
