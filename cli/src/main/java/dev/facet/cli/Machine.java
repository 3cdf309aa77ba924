package dev.facet.cli;

import dev.facet.nn.Backend;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What runs where. */
final class Machine {
  private Machine() {}

  static Map<String, @Nullable Object> facts(Backend backend) {
    return JsonOption.object(
        "facet", facetVersion(),
        "jdk", System.getProperty("java.vm.vendor") + " " + Runtime.version(),
        "os", System.getProperty("os.name") + " " + System.getProperty("os.version"),
        "arch", System.getProperty("os.arch"),
        "cpu", cpu(),
        "backend", backend.name(),
        "vector_bits", backend.vectorBits(),
        "threads", backend.threads(),
        "backend_description", backend.description(),
        "numeric_profile", Backend.NUMERIC_PROFILE);
  }

  private static String facetVersion() {
    ModuleDescriptor descriptor = Main.class.getModule().getDescriptor();
    Optional<String> version = descriptor == null ? Optional.empty() : descriptor.rawVersion();
    return version.orElse("unknown");
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
