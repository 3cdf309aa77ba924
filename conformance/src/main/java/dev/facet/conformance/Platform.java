package dev.facet.conformance;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.io.IOException;
import java.net.URL;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a run runs on. */
public final class Platform {
  private Platform() {}

  /**
   * Facts by name, in the order in which people read them: strings, and integers for {@code vector_bits}, {@code
   * threads} and {@code numeric_profile}.
   */
  public static Map<String, Object> facts(Backends.Choice choice) {
    Backend backend = choice.backend();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("facet", version());
    facts.put("jdk", System.getProperty("java.vm.vendor") + " " + Runtime.version());
    facts.put("compiler", compiler());
    facts.put("loaded_from", loadedFrom());
    facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("arch", System.getProperty("os.arch"));
    facts.put("byte_order", ByteOrder.nativeOrder().toString());
    facts.put("cpu", cpu());
    facts.put("backend", backend.name());
    facts.put("vector_bits", backend.vectorBits());
    facts.put("threads", backend.threads());
    facts.put("backend_description", backend.description());
    facts.put("reason", choice.reason());
    facts.put("numeric_profile", Backend.NUMERIC_PROFILE);
    return facts;
  }

  /** For people: one line for each fact. */
  public static List<String> lines(Map<String, Object> facts) {
    List<String> lines = new ArrayList<>();
    facts.forEach((key, value) ->
        lines.add(String.format(Locale.ROOT, "%-20s %s", key.replace('_', ' '), value)));
    return lines;
  }

  /**
   * Which facts are not as expected, one line; empty if all are.
   *
   * @param expectations {@code name=value}, such as {@code backend=simd} or {@code vector_bits=256}
   * @throws IllegalArgumentException if there is no fact of that name
   */
  public static Optional<String> unexpected(Map<String, Object> facts, List<String> expectations) {
    List<String> wrong = new ArrayList<>();
    for (String expectation : expectations) {
      String[] parts = expectation.split("=", 2);
      Object fact = facts.get(parts[0]);
      if (parts.length < 2 || fact == null) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "expectation '%s': give NAME=VALUE with a name of %s",
                expectation,
                String.join(", ", facts.keySet())));
      }
      if (!fact.toString().equals(parts[1])) {
        wrong.add(
            String.format(Locale.ROOT, "%s is %s, but %s was asked for", parts[0], fact, parts[1]));
      }
    }
    return wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join("; ", wrong) + " (" + facts.get("reason") + ")");
  }

  private static String version() {
    var descriptor = Platform.class.getModule().getDescriptor();
    return descriptor == null ? "unknown" : descriptor.rawVersion().orElse("unknown");
  }

  /** Which of HotSpot's compilers may run. */
  private static String compiler() {
    String info = System.getProperty("java.vm.info", "");
    if (info.contains("interpreted")) {
      return "none";
    }
    return info.contains("emulated-client") ? "C1" : "C2";
  }

  private static String loadedFrom() {
    if (!Platform.class.getModule().isNamed()) {
      return "class-path";
    }
    URL self = Platform.class.getResource("Platform.class");
    return self != null && self.getProtocol().equals("jrt") ? "image" : "module-path";
  }

  /** The CPU's own name where the system tells it to Java. */
  private static String cpu() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      Optional<String> name = lines.filter(line -> line.startsWith("model name")).findFirst();
      if (name.isPresent()) {
        return name.get().substring(name.get().indexOf(':') + 1).strip();
      }
    } catch (IOException | RuntimeException e) {
      // another system, or a container without it
    }
    return System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", "unknown");
  }
}
