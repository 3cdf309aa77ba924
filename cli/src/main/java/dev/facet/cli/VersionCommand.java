package dev.facet.cli;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "version",
    description = "Shows the versions, and the backend that was chosen and why.",
    footer = {
      "",
      "Example: facet version",
      "In FACET_JAVA_OPTS, -Ddev.facet.backend=scalar|simd forces a backend or fails; -Ddev.facet.threads=N sets the threads."
    })
final class VersionCommand extends Operation {
  @Mixin private JsonOption json = new JsonOption();

  @Override
  public Integer call() {
    Backends.Choice choice = Backends.choose();
    try (Backend backend = choice.backend()) {
      Map<String, @Nullable Object> facts =
          JsonOption.object(
              "facet", facetVersion(),
              "jdk", System.getProperty("java.vm.vendor") + " " + Runtime.version(),
              "os", System.getProperty("os.name") + " " + System.getProperty("os.version"),
              "arch", System.getProperty("os.arch"),
              "cpu", cpu(),
              "backend", backend.name(),
              "vector_bits", backend.vectorBits(),
              "threads", backend.threads(),
              "backend_description", backend.description(),
              "reason", choice.reason(),
              "numeric_profile", Backend.NUMERIC_PROFILE);
      if (json.wanted()) {
        JsonOption.print(out(), facts);
      } else {
        facts.forEach((key, value) ->
            out().println(String.format(Locale.ROOT, "%-20s %s", key.replace('_', ' '), value)));
      }
    }
    return DONE;
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
