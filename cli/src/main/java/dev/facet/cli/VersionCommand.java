package dev.facet.cli;

import dev.facet.codec.video.VideoCodecs;
import dev.facet.conformance.Platform;
import dev.facet.nn.Backends;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "version",
    description =
        "Shows the versions, the backend that was chosen and why, and the video codecs that were found.",
    footer = {
      "",
      "Example: facet version",
      "In FACET_JAVA_OPTS, -Ddev.facet.backend=scalar|simd forces a backend or fails; -Ddev.facet.threads=N sets the threads,",
      "-Ddev.facet.video=ffi|tools|off how video codecs may be reached (docs/codecs.md)."
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
    Map<String, String> video = new LinkedHashMap<>();
    VideoCodecs.installed()
        .all()
        .forEach(found -> video.put(found.standard().label(), found.status()));
    if (json.wanted()) {
      Map<String, @Nullable Object> all = new LinkedHashMap<>(facts);
      all.put("video_codecs", video);
      JsonOption.print(out(), all);
    } else {
      video.forEach((standard, status) -> facts.put("video " + standard, status));
      Platform.lines(facts).forEach(out()::println);
    }
    return DONE;
  }
}
