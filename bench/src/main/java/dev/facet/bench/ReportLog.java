package dev.facet.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Measurements in a file, a line of JSON each, written as they come: a report that was interrupted goes on where it was. */
final class ReportLog implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final List<Measurement> found = new ArrayList<>();
  private final BufferedWriter out;

  /** Opens a log, which is made if need be. A line that is none, such as the last one of a run that was killed, is left out. */
  ReportLog(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    boolean torn = false;
    if (Files.exists(file)) {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      torn = !text.isEmpty() && !text.endsWith("\n");
      for (String line : text.lines().toList()) {
        try {
          found.add(JSON.readValue(line, Measurement.class));
        } catch (JacksonException e) {
          System.err.println(file + ": a line is damaged and measured again");
        }
      }
    }
    out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (torn) {
      out.newLine();
    }
  }

  /** Those that were there when it was opened. */
  List<Measurement> found() {
    return found;
  }

  void add(Measurement measurement) throws IOException {
    out.write(JSON.writeValueAsString(measurement));
    out.newLine();
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
