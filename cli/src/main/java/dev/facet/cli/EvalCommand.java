package dev.facet.cli;

import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.LevelError;
import dev.facet.codec.ModelPack;
import dev.facet.codec.PyramidFiles;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.CodecId;
import dev.facet.eval.dataset.Annotation;
import dev.facet.eval.dataset.Datasets;
import dev.facet.eval.dataset.DetectionDataset;
import dev.facet.eval.experiment.RateDistortion;
import dev.facet.eval.experiment.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

@Command(
    name = "eval",
    description =
        "Measures a codec on labelled pictures: bytes and accuracy at every quality. On pyramids: bytes and distortion.",
    footer = {
      "",
      "Example: facet eval --data aquarium/test --model aquarium --out eval",
      "A data set is a folder with annotations.json (COCO) or images/ and labels/ (YOLO), or a COCO file. bpp: bits per"
          + " pixel of the picture; of a pyramid file, p2 has a quarter of the picture's height and width. Seconds are"
          + " medians."
    })
final class EvalCommand extends Operation {
  private static final String CSV = "eval.csv";

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR|FILE",
      description = "A labelled data set, or pyramids (.safetensors, .npz).")
  private Path data = Path.of("");

  @Option(
      names = "--codec",
      paramLabel = "NAME",
      description = "lmsfc or lmsfc-gain: the first pack of this codec. Default: the first pack.")
  private @Nullable String codec;

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--quality",
      paramLabel = "Q,Q,...",
      split = ",",
      description = "Fractions too. Default: all that the pack was trained at.")
  private double @Nullable [] qualities;

  /** What the server does with the features. */
  enum Task {
    DETECTION
  }

  @SuppressWarnings("unused") // there is one so far
  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "detection",
      description = "detection, the only one so far.")
  private Task task = Task.DETECTION;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Takes the first N pictures or pyramids.")
  private @Nullable Integer limit;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Writes eval.csv there and, of a data set, report.html.")
  private @Nullable Path folder;

  @Mixin private JsonOption json = new JsonOption();

  @Override
  public Integer call() throws Exception {
    if (limit != null && limit < 1) {
      throw new ParameterException(spec().commandLine(), "--limit is at least 1");
    }
    if (codec != null && CodecId.ofKind(codec).isEmpty()) {
      throw new Failures.Failure(
          "codec "
              + codec
              + ": is not in this build, "
              + kinds()
              + " are: name one of them, one at a time");
    }
    List<Path> pyramids = pyramids();
    if (pyramids.isEmpty()) {
      labelled();
    } else {
      distortion(limit == null ? pyramids : pyramids.subList(0, Math.min(limit, pyramids.size())));
    }
    return DONE;
  }

  private static List<String> kinds() {
    return Arrays.stream(CodecId.values()).map(CodecId::kind).toList();
  }

  /** The pyramid files that are meant, if any. */
  private List<Path> pyramids() throws IOException {
    if (!Files.isDirectory(data)) {
      return PyramidFiles.isPyramidName(data) ? List.of(data) : List.of();
    }
    try (Stream<Path> inside = Files.list(data)) {
      return inside.filter(PyramidFiles::isPyramidName).sorted().toList();
    }
  }

  private ModelPack pack() throws IOException {
    return model.choose(codec);
  }

  private List<Quality> qualities(ModelPack pack) {
    if (qualities == null) {
      return RateAccuracyOutput.qualities(pack, null);
    }
    // before the data is read: a wrong number should not cost that wait
    return Arrays.stream(qualities)
        .mapToObj(level -> Quality.of(level).requireIn(pack.config()))
        .toList();
  }

  private void labelled() throws Exception {
    DetectionDataset all = Datasets.open(data);
    DetectionDataset dataset = limit == null ? all : all.first(limit);
    List<Annotation> objects =
        dataset.images().stream().flatMap(image -> image.annotations().stream()).toList();
    if (objects.isEmpty()) {
      throw new Failures.Failure(
          data
              + ": no object is labelled in its "
              + dataset.images().size()
              + " pictures: there is nothing to find");
    }
    ModelPack pack = pack();
    List<Quality> chosen = qualities(pack);
    if (folder == null) {
      tell(RateAccuracyOutput.run(pack, Samples.of(dataset), chosen, null, err()));
      return;
    }
    try (OutputFolder output = new OutputFolder(folder)) {
      RateAccuracyOutput result =
          RateAccuracyOutput.run(
              pack, Samples.of(dataset), chosen, page(pack, dataset, objects.size()), err());
      result.write(output, CSV);
      tell(result);
    }
    written(CSV, RateAccuracyOutput.REPORT);
  }

  private void tell(RateAccuracyOutput result) {
    if (json.wanted()) {
      JsonOption.print(out(), result.json());
    } else {
      result.print(out());
    }
  }

  private void written(String... files) {
    if (!json.wanted() && folder != null) {
      Path to = folder;
      out()
          .println(
              "written: "
                  + String.join(
                      ", ", Arrays.stream(files).map(f -> to.resolve(f).toString()).toList()));
    }
  }

  private RateAccuracyOutput.Page page(ModelPack pack, DetectionDataset dataset, int objects) {
    String pictures =
        String.format(
            Locale.ROOT,
            "%d pictures of %s with %d labelled objects",
            dataset.images().size(),
            data.getFileName(),
            objects);
    List<String> arguments =
        spec().commandLine().getParseResult().originalArgs().stream()
            .map(argument -> argument.matches("[\\w./,:=-]+") ? argument : "'" + argument + "'")
            .toList();
    return new RateAccuracyOutput.Page(
        "Feature coding for machines: model " + pack.name(),
        pictures,
        "./facet " + String.join(" ", arguments) + "\n");
  }

  private void distortion(List<Path> files) throws Exception {
    ModelPack pack = pack();
    List<Quality> chosen = qualities(pack);
    if (folder == null) {
      tell(pack, run(pack, files, chosen), files.size(), null);
      return;
    }
    try (OutputFolder output = new OutputFolder(folder)) {
      tell(pack, run(pack, files, chosen), files.size(), output);
    }
    written(CSV);
  }

  private List<RateDistortion> run(ModelPack pack, List<Path> files, List<Quality> chosen)
      throws IOException, InterruptedException {
    try (FeatureCodec opened = FeatureCodecs.open(pack);
        Progress progress = new Progress(err(), files.size() * chosen.size())) {
      return RateDistortion.run(opened, files, PyramidFiles::read, chosen, progress::step);
    }
  }

  private void tell(
      ModelPack pack, List<RateDistortion> points, int pyramids, @Nullable OutputFolder output)
      throws IOException {
    List<String> head = new ArrayList<>(List.of("quality", "bytes", "bpp", "ratio"));
    for (LevelError level : points.getFirst().levels()) {
      head.add(level.level() + " MSE");
      head.add(level.level() + " dB");
    }
    head.addAll(List.of("encode s", "decode s"));
    Table table = new Table(head.toArray(new String[0]));
    for (RateDistortion point : points) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  point.quality().toString(),
                  Long.toString(point.bytes()),
                  Table.decimals(point.bpp(), 4),
                  Table.decimals(point.ratio(), 1)));
      for (LevelError level : point.levels()) {
        cells.add(String.format(Locale.ROOT, "%.4g", level.mse()));
        cells.add(Table.decimals(level.psnr(), 2));
      }
      cells.add(Table.seconds(point.encodeSeconds()));
      cells.add(Table.seconds(point.decodeSeconds()));
      table.row(cells.toArray(new String[0]));
    }
    if (output != null) {
      output.write(Map.of(CSV, table.csv()));
    }
    if (json.wanted()) {
      JsonOption.print(
          out(),
          JsonOption.object(
              "model", pack.name(),
              "pyramids", pyramids,
              "codecs",
                  List.of(
                      JsonOption.object(
                          "codec", pack.kind().kind(),
                          "points", points.stream().map(RateAccuracyOutput::point).toList()))));
      return;
    }
    out().println("model: " + pack.name() + " (" + pack.kind().kind() + ")");
    table.print(out());
    out().println(pyramids + " pyramids; distortion is their mean, seconds the median");
  }
}
