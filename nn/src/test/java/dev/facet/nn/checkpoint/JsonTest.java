package dev.facet.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.internal.Json;
import dev.facet.nn.internal.JsonException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void readsAllKindsOfValues() throws JsonException {
    Object value =
        Json.parse(
            " {\"a\" : [1, -2.5e1, true, false, null, \"x\\u00e9\\n\\ud800\\/\"], \"\": {},"
                + " \"big\": 18446744073709551616, \"minus\": -0, \"l\": -9223372036854775808} ");
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("a", Arrays.asList(1L, -25.0, true, false, null, "xé\n\ud800/"));
    expected.put("", Map.of());
    expected.put("big", 0x1p64);
    expected.put("minus", -0.0);
    expected.put("l", Long.MIN_VALUE);
    assertThat(value).isEqualTo(expected);
    assertThat(Json.parse(Json.write(value))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\":1,\"a\":1}",
        "01",
        "1.",
        ".5",
        "+1",
        "-",
        "1e",
        "1e+",
        "tru",
        "nul",
        "NaN",
        "Infinity",
        "\"",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\n\"",
        "1 2",
        "[1]]",
        "'a'",
        "// c\n1",
        "\u00a01",
        "\"\\u０000\""
      })
  void refusesWhatIsNoJson(String text) {
    assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(JsonException.class);
  }

  @Test
  void depthIsBounded() throws JsonException {
    assertThat(Json.parse("[".repeat(64) + "]".repeat(64))).isInstanceOf(List.class);
    assertThatThrownBy(() -> Json.parse("[".repeat(65) + "]".repeat(65)))
        .hasMessageContaining("nested deeper than 64");
    assertThatThrownBy(() -> Json.parse("{\"a\":".repeat(1_000_000)))
        .isInstanceOf(JsonException.class);
  }

  @Test
  void countAndNumbersAreBounded() {
    assertThatThrownBy(() -> Json.parse("[" + "1,".repeat(20) + "1]", 4, 21))
        .hasMessageContaining("more than 21 values");
    assertThatThrownBy(() -> Json.parse("1".repeat(100_000)))
        .hasMessageContaining("longer than 1024");
  }

  @Test
  void writesTheSameTextForTheSameValue() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("b", List.of(1, 2.5, "a\"\\\u0001é"));
    map.put("a", List.of());
    assertThat(Json.write(map)).isEqualTo("{\"b\":[1,2.5,\"a\\\"\\\\\\u0001\\u00e9\"],\"a\":[]}");
    assertThatThrownBy(() -> Json.write(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }
}
