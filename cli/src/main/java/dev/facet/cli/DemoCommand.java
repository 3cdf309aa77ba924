package dev.facet.cli;

import dev.facet.codec.ModelPack;
import dev.facet.eval.experiment.Samples;
import dev.facet.eval.scenes.SceneGenerator;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description =
        "Draws street scenes that the shipped model never saw, and at every quality encodes their features, decodes them and finds the objects.",
    footer = {
      "",
      "Example: facet demo",
      "Prints what each quality costs in bytes and accuracy; the folder gets report.html, a page with pictures and the"
          + " curve, and demo.csv."
    })
final class DemoCommand extends Operation {
  /** The packs were trained on seeds 1, 4 and 5, validated on seed 2 (models/scenes, models/scenes-1024). */
  private static final long SEED = 3;

  private static final String CSV = "demo.csv";

  @Option(
      names = "--scenes",
      paramLabel = "N",
      defaultValue = "24",
      description = "How many. Default: ${DEFAULT-VALUE}")
  private int count;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "facet-demo",
      description = "Default: ${DEFAULT-VALUE}")
  private Path folder = Path.of("");

  @Mixin private ModelOption model = new ModelOption();
  @Mixin private JsonOption json = new JsonOption();

  @Override
  public Integer call() throws Exception {
    Samples samples = Samples.of(SceneGenerator.of(SEED), count);
    ModelPack pack = model.chooseOr("scenes-1024");
    try (OutputFolder output = new OutputFolder(folder)) {
      RateAccuracyOutput result =
          RateAccuracyOutput.run(CodecChoice.of(pack), samples, page(pack), err());
      result.write(output, CSV);
      if (json.wanted()) {
        JsonOption.print(out(), result.json());
        return DONE;
      }
      result.print(out());
    }
    out()
        .println(
            "written: " + folder.resolve(CSV) + ", " + folder.resolve(RateAccuracyOutput.REPORT));
    return DONE;
  }

  private RateAccuracyOutput.Page page(ModelPack pack) {
    String pictures =
        String.format(
            Locale.ROOT,
            "%d generated street scenes (%d x %d pixels, seed %d), none of which the model was trained on",
            count,
            SceneGenerator.DEFAULT_WIDTH,
            SceneGenerator.DEFAULT_HEIGHT,
            SEED);
    String commands =
        String.format(
            Locale.ROOT,
            """
            ./facet demo --scenes %1$d%2$s

            # the same, step by step
            ./facet scenes --count %1$d --seed %3$d --out scenes
            ./facet eval --data scenes --model %4$s --out eval
            """,
            count,
            model.given() ? " --model " + pack.name() : "",
            SEED,
            pack.name());
    return new RateAccuracyOutput.Page(
        "Feature coding for machines: street scenes", pictures, commands);
  }
}
