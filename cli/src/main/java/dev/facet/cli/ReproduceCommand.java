package dev.facet.cli;

import dev.facet.codec.ModelPack;
import dev.facet.codec.ModelPacks;
import dev.facet.codec.video.VideoCodecs;
import dev.facet.eval.dataset.Datasets;
import dev.facet.eval.dataset.DetectionDataset;
import dev.facet.eval.experiment.Experiment;
import dev.facet.eval.experiment.Experiments;
import dev.facet.eval.experiment.ResultTable;
import dev.facet.eval.experiment.Samples;
import dev.facet.eval.scenes.SceneGenerator;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "reproduce",
    description =
        "Runs an experiment of a paper on our data, and sets the paper's figures beside ours.",
    footer = {
      "",
      "Example: facet reproduce s3-bdrate --scenes 200 --out results",
      "Writes NAME.csv files and report.html to DIR/EXPERIMENT. Results are kept in DIR/progress as they come: a run that was"
          + " stopped goes on where it was, and experiments with the same codecs share them.",
      "Experiments: s0-distortions, s1-rate-fidelity, s3-bdrate, s3-near-lossless, s3-layerwise."
    })
final class ReproduceCommand extends Operation {
  /** As in the demo: trained on seeds 1, 4 and 5, validated on seed 2. */
  private static final long SEED = 3;

  @Parameters(
      paramLabel = "EXPERIMENT",
      arity = "0..1",
      description = "Which one; without it, they are listed.")
  private @Nullable String name;

  @Option(
      names = "--scenes",
      paramLabel = "N",
      description =
          "Draws so many scenes that the pack never saw. Default: 200, for those of S0 and S1 100")
  private @Nullable Integer count;

  @Option(
      names = "--data",
      paramLabel = "DIR|FILE",
      description = "A labelled data set instead of scenes.")
  private @Nullable Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "facet-results",
      description = "Default: ${DEFAULT-VALUE}")
  private Path folder = Path.of("");

  @Mixin private ModelOption model = new ModelOption();
  @Mixin private JsonOption json = new JsonOption();

  @Override
  public Integer call() throws Exception {
    if (name == null) {
      list();
      return DONE;
    }
    Experiment experiment =
        Experiments.find(name)
            .orElseThrow(() ->
                new Failures.Failure(
                    name
                        + ": no such experiment, there are "
                        + Experiments.all().stream().map(Experiment::name).toList()));
    Path results = folder.resolve(experiment.name());
    ModelPack pack = data == null ? model.chooseOr("scenes-1024") : model.choose();
    DetectionDataset dataset = data == null ? null : Datasets.open(data);
    Samples samples =
        dataset == null
            ? Samples.of(SceneGenerator.of(SEED), count == null ? experiment.scenes() : count)
            : Samples.of(dataset);
    List<ModelPack> classifiers =
        ModelPacks.standard().all().stream().filter(ModelPack::hasClassifier).toList();
    Files.createDirectories(results);
    int threads = Math.min(Backends.threads(), samples.count());
    try (OutputFolder output = new OutputFolder(results);
        Backend backend = RateAccuracyOutput.singleThreaded()) {
      Experiment.Result result;
      try (Bar bar = new Bar(err())) {
        result =
            experiment.run(
                new Experiment.Setting(
                    pack,
                    classifiers,
                    backend,
                    samples,
                    dataset == null ? scenes() : pictures(dataset),
                    threads,
                    folder.resolve("progress"),
                    VideoCodecs.installed(),
                    bar));
      }
      RateAccuracyOutput.where(result.page(), RateAccuracyOutput.facts(backend, threads));
      result.page().heading("How to reproduce");
      result.page().code(commandLine());
      Map<String, String> files = new LinkedHashMap<>();
      result.tables().forEach(table -> files.put(table.name() + ".csv", table.csv()));
      files.put(RateAccuracyOutput.REPORT, result.page().html());
      output.write(files);
      tell(experiment, result, results, List.copyOf(files.keySet()));
    }
    return DONE;
  }

  private void list() {
    for (Experiment experiment : Experiments.all()) {
      out().println(String.format(Locale.ROOT, "%-18s %s", experiment.name(), experiment.title()));
    }
  }

  private static String scenes() {
    return String.format(
        Locale.ROOT,
        "generated street scenes, seed %d, %d x %d pixels, none of which the model was trained on",
        SEED,
        SceneGenerator.DEFAULT_WIDTH,
        SceneGenerator.DEFAULT_HEIGHT);
  }

  private String pictures(DetectionDataset dataset) {
    return String.format(Locale.ROOT, "%d pictures of %s", dataset.images().size(), data);
  }

  private String commandLine() {
    List<String> arguments = spec().commandLine().getParseResult().originalArgs();
    return "./facet " + String.join(" ", arguments) + "\n";
  }

  private void tell(
      Experiment experiment, Experiment.Result result, Path results, List<String> files) {
    if (json.wanted()) {
      Map<String, @Nullable Object> answer =
          JsonOption.object(
              "experiment", experiment.name(), "rows", result.tables().getFirst().json());
      for (ResultTable table : result.tables().subList(1, result.tables().size())) {
        answer.put(table.name(), table.json());
      }
      JsonOption.print(out(), answer);
      return;
    }
    out().println(experiment.title());
    ResultTable main = result.tables().getFirst();
    Table table = new Table(main.head().toArray(new String[0]));
    main.text().forEach(row -> table.row(row.toArray(new String[0])));
    table.print(out());
    result.summary().forEach(out()::println);
    out()
        .println(
            "written: "
                + String.join(
                    ", ", files.stream().map(file -> results.resolve(file).toString()).toList()));
  }

  /** A bar whose length is known late. */
  private static final class Bar implements Experiment.Listener, AutoCloseable {
    private final PrintWriter err;
    private @Nullable Progress progress;

    Bar(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void begin(int steps) {
      progress = new Progress(err, steps);
    }

    @Override
    public void step() {
      if (progress != null) {
        progress.step();
      }
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
