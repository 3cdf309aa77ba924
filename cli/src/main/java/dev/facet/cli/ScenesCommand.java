package dev.facet.cli;

import dev.facet.eval.scenes.Daylight;
import dev.facet.eval.scenes.SceneCategory;
import dev.facet.eval.scenes.SceneFiles;
import dev.facet.eval.scenes.SceneGenerator;
import dev.facet.eval.scenes.SceneStatistics;
import dev.facet.eval.scenes.Weather;
import dev.facet.nn.Backends;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "scenes",
    description = "Draws street scenes with exact boxes and masks: a labelled data set.",
    footer = {
      "",
      "Example: facet scenes --count 100 --seed 1 --out scenes",
      "DIR gets images/000000.png, ... and annotations.json (COCO). Scene i of a seed is always the same."
    })
final class ScenesCommand extends Operation {
  @Option(names = "--count", required = true, paramLabel = "N", description = "Pictures to draw.")
  private int count;

  @Option(
      names = "--seed",
      required = true,
      paramLabel = "S",
      description = "Of all random choices.")
  private long seed;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder to make.")
  private Path folder = Path.of("");

  @Option(
      names = "--sequence",
      description = "The pictures are of one scene in motion; annotations carry track ids.")
  private boolean sequence;

  @Option(
      names = "--width",
      paramLabel = "PIXELS",
      defaultValue = "" + SceneGenerator.DEFAULT_WIDTH,
      description = "Of the pictures. Default: ${DEFAULT-VALUE}")
  private int width;

  @Option(
      names = "--height",
      paramLabel = "PIXELS",
      defaultValue = "" + SceneGenerator.DEFAULT_HEIGHT,
      description = "Of the pictures. Default: ${DEFAULT-VALUE}")
  private int height;

  @Mixin private JsonOption json = new JsonOption();

  @Override
  public Integer call() throws Exception {
    SceneGenerator generator = SceneGenerator.of(seed, width, height);
    if (Files.exists(folder)) {
      throw new Failures.Failure(folder + ": exists already: remove it or give another name");
    }
    long start = System.nanoTime();
    SceneStatistics statistics;
    try (Progress progress = new Progress(err(), count)) {
      statistics =
          sequence
              ? SceneFiles.writeSequence(
                  generator, count, folder, Backends.threads(), progress::step)
              : SceneFiles.write(generator, count, folder, Backends.threads(), progress::step);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    report(statistics, seconds);
    return DONE;
  }

  private void report(SceneStatistics statistics, double seconds) {
    Map<String, @Nullable Object> categories = new LinkedHashMap<>();
    List<String> head = new ArrayList<>(List.of("category", "objects"));
    SceneStatistics.SIZES.forEach(limit -> head.add("< " + limit + " px"));
    head.add("larger");
    Table table = new Table(head.toArray(new String[0]));
    for (SceneCategory category : SceneCategory.values()) {
      int[] sizes = statistics.objects(category);
      int objects = IntStream.of(sizes).sum();
      categories.put(
          category.label(), JsonOption.object("objects", objects, "sizes", JsonOption.list(sizes)));
      List<String> row = new ArrayList<>(List.of(category.label(), Integer.toString(objects)));
      IntStream.of(sizes).forEach(size -> row.add(Integer.toString(size)));
      table.row(row.toArray(new String[0]));
    }
    Map<String, @Nullable Object> conditions = new LinkedHashMap<>();
    for (Daylight daylight : Daylight.values()) {
      conditions.put(lowerCase(daylight), statistics.scenes(daylight));
    }
    for (Weather weather : Weather.values()) {
      conditions.put(lowerCase(weather), statistics.scenes(weather));
    }
    if (json.wanted()) {
      JsonOption.print(
          out(),
          JsonOption.object(
              "out", folder.toString(),
              "scenes", count,
              "objects", statistics.objects(),
              "size_limits", SceneStatistics.SIZES,
              "categories", categories,
              "conditions", conditions,
              "seconds", seconds));
      return;
    }
    table.print(out());
    List<String> parts = new ArrayList<>();
    conditions.forEach((name, scenes) -> parts.add(name + " " + scenes));
    out().println("pictures: " + String.join(", ", parts));
    out()
        .println(
            String.format(
                Locale.ROOT,
                "%s: %d %s, %d objects in %s s",
                folder,
                count,
                sequence ? "frames" : "scenes",
                statistics.objects(),
                Table.seconds(seconds)));
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
