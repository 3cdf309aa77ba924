package dev.facet.cli;

import dev.facet.conformance.Platform;
import dev.facet.nn.Backends;
import java.util.LinkedHashMap;
import java.util.Map;
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
    Map<String, Object> facts;
    try {
      facts = Platform.facts(choice);
    } finally {
      choice.backend().close();
    }
    if (json.wanted()) {
      JsonOption.print(out(), new LinkedHashMap<>(facts));
    } else {
      Platform.lines(facts).forEach(out()::println);
    }
    return DONE;
  }
}
