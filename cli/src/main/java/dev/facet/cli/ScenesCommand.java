package dev.facet.cli;

import dev.facet.eval.scenes.SceneCategory;
import dev.facet.eval.scenes.SceneFiles;
import dev.facet.eval.scenes.SceneGenerator;
import dev.facet.nn.Backends;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
  @Option(
      names = "--count",
      required = true,
      paramLabel = "N",
      description = "Pictures to draw.")
  private int count;

  @Option(names = "--seed", required = true, paramLabel = "S", description = "Of all random choices.")
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
    int[] census;
    try (Progress progress = new Progress(err(), count)) {
      census =
          sequence
              ? SceneFiles.writeSequence(generator, count, folder, Backends.threads(), progress::step)
              : SceneFiles.write(generator, count, folder, Backends.threads(), progress::step);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    report(census, seconds);
    return DONE;
  }

  private void report(int[] census, double seconds) {
    int objects = IntStream.of(census).sum();
    if (json.wanted()) {
      Map<String, @Nullable Object> categories = new LinkedHashMap<>();
      for (SceneCategory category : SceneCategory.values()) {
        categories.put(category.label(), census[category.ordinal()]);
      }
      JsonOption.print(
          out(),
          JsonOption.object(
              "out", folder.toString(),
              "scenes", count,
              "objects", objects,
              "categories", categories,
              "seconds", seconds));
      return;
    }
    Table table = new Table("category", "objects");
    for (SceneCategory category : SceneCategory.values()) {
      table.row(category.label(), Integer.toString(census[category.ordinal()]));
    }
    table.print(out());
    out().println(
        folder + ": " + count + (sequence ? " frames, " : " scenes, ") + objects + " objects in " + Table.seconds(seconds) + " s");
  }
}
