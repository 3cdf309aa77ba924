package dev.facet.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code --json}. */
final class JsonOption {
  @Option(names = "--json", description = "Answers in JSON on standard output.")
  private boolean json;

  boolean wanted() {
    return json;
  }

  static void print(PrintWriter out, Map<String, @Nullable Object> value) {
    out.println(
        JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(value));
  }

  /** JSON has no infinity and no NaN: null. */
  static @Nullable Double number(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** Keys in this order. */
  static Map<String, @Nullable Object> object(@Nullable Object... keysAndValues) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
    }
    return map;
  }

  static List<Integer> list(int... values) {
    return java.util.Arrays.stream(values).boxed().toList();
  }
}
