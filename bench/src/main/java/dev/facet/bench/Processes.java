package dev.facet.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What Linux says about processes, and other things that benchmarks of processes need. */
final class Processes {
  private Processes() {}

  /** The most memory that a process has had resident; NaN where the system does not say, or the process has ended. */
  static double peakResidentMib(ProcessHandle process) {
    return status(process, "VmHWM:");
  }

  /** Resident pages of files, which the system takes back where it needs them; NaN as above. */
  static double mappedMib(ProcessHandle process) {
    return status(process, "RssFile:");
  }

  private static double status(ProcessHandle process, String name) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException | UncheckedIOException e) {
      return Double.NaN;
    }
  }

  /** Deletes a file or a folder with all that is in it. */
  static void delete(Path path) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(path)) {
      all = walk.sorted((a, b) -> b.compareTo(a)).toList();
    }
    for (Path each : all) {
      Files.delete(each);
    }
  }
}
