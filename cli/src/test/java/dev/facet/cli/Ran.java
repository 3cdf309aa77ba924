package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a command left. */
record Ran(int code, String out, String err) {
  static Ran run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Ran(code, out.toString(), err.toString());
  }

  Ran succeeded() {
    assertThat(code).as(err).isZero();
    assertThat(err).isEmpty();
    return this;
  }

  /** One line on standard error. */
  void failed(int expectedCode, String message) {
    assertThat(code).as(out + err).isEqualTo(expectedCode);
    assertThat(err.lines()).as(err).hasSize(1);
    assertThat(err).startsWith("facet: ").contains(message).doesNotContain("Exception");
  }

  JsonNode json() {
    return JsonMapper.builder().build().readTree(out);
  }
}
