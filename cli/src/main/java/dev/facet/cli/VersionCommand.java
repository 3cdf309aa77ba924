package dev.facet.cli;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.util.Locale;
import java.util.Map;
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
      Map<String, @Nullable Object> facts = Machine.facts(backend);
      facts.put("reason", choice.reason());
      if (json.wanted()) {
        JsonOption.print(out(), facts);
      } else {
        facts.forEach((key, value) ->
            out().println(String.format(Locale.ROOT, "%-20s %s", key.replace('_', ' '), value)));
      }
    }
    return DONE;
  }
}
