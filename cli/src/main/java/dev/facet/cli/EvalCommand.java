package dev.facet.cli;

import dev.facet.codec.LevelError;
import dev.facet.codec.PyramidFiles;
import dev.facet.codec.Quality;
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
        "Measures codecs on labelled pictures: bytes and accuracy at every quality, BD-rates. On pyramids: bytes and distortion.",
    footer = {
      "",
      "Example: facet eval --data aquarium/test --model aquarium --out eval",
      "         facet eval --data scenes --codec lmsfc-gain,image-hevc,anchor-hevc --out compared",
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
      paramLabel = "NAME,...",
      split = ",",
      description =
          "One or several to compare: lmsfc, lmsfc-gain (the first pack of this codec), anchor, image, logquant, pca (with the"
              + " video codec of --video, or each with its own: anchor-hevc, image-vvc). Default: that of the first pack.")
  private List<String> codecs = List.of();

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--quality",
      paramLabel = "Q,Q,...",
      split = ",",
      description =
          "Of codecs with a model; fractions too. Default: all that the pack was trained at.")
  private double @Nullable [] qualities;

  @Option(
      names = "--qp",
      paramLabel = "QP,QP,...",
      split = ",",
      description = "Of codecs without a model. Default: 47, 42, 37, 32, 27, 22.")
  private int @Nullable [] qps;

  @Mixin private VideoOption video = new VideoOption();

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
      description =
          "Writes eval.csv there and, of a data set, report.html; of several codecs bdrate.csv.")
  private @Nullable Path folder;

  @Mixin private JsonOption json = new JsonOption();

  @Override
  public Integer call() throws Exception {
    if (limit != null && limit < 1) {
      throw new ParameterException(spec().commandLine(), "--limit is at least 1");
    }
    List<Path> pyramids = pyramids();
    if (pyramids.isEmpty()) {
      labelled();
    } else {
      distortion(limit == null ? pyramids : pyramids.subList(0, Math.min(limit, pyramids.size())));
    }
    return DONE;
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

  private CodecChoice choice() throws Exception {
    return CodecChoice.of(
        codecs,
        model,
        qualities == null ? null : Arrays.stream(qualities).mapToObj(Quality::of).toList(),
        qps == null ? null : Arrays.stream(qps).mapToObj(Quality::of).toList(),
        video.options());
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
    CodecChoice choice = choice();
    if (folder == null) {
      tell(RateAccuracyOutput.run(choice, Samples.of(dataset), null, err()));
      return;
    }
    try (OutputFolder output = new OutputFolder(folder)) {
      RateAccuracyOutput result =
          RateAccuracyOutput.run(
              choice, Samples.of(dataset), page(choice, dataset, objects.size()), err());
      result.write(output, CSV);
      tell(result);
    }
    if (choice.codecs().size() == 1) {
      written(CSV, RateAccuracyOutput.REPORT);
    } else {
      written(CSV, RateAccuracyOutput.BD_RATES, RateAccuracyOutput.REPORT);
    }
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

  private RateAccuracyOutput.Page page(CodecChoice choice, DetectionDataset dataset, int objects) {
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
        "Feature coding for machines: model " + choice.detector().name(),
        pictures,
        "./facet " + String.join(" ", arguments) + "\n");
  }

  private void distortion(List<Path> files) throws Exception {
    CodecChoice choice = choice();
    if (folder == null) {
      tell(run(choice, files), files.size(), null);
      return;
    }
    try (OutputFolder output = new OutputFolder(folder)) {
      tell(run(choice, files), files.size(), output);
    }
    written(CSV);
  }

  /** A codec and its points. */
  private record Distorted(String codec, List<RateDistortion> points) {}

  private List<Distorted> run(CodecChoice choice, List<Path> files)
      throws IOException, InterruptedException {
    List<Distorted> all = new ArrayList<>();
    try (CodecChoice.Features open = choice.openFeatures()) {
      int steps = open.codecs().stream().mapToInt(codec -> codec.qualities().size()).sum();
      try (Progress progress = new Progress(err(), files.size() * steps)) {
        for (CodecChoice.Features.Named codec : open.codecs()) {
          all.add(
              new Distorted(
                  codec.name(),
                  RateDistortion.run(
                      codec.codec(),
                      files,
                      PyramidFiles::read,
                      codec.qualities(),
                      progress::step)));
        }
      }
    }
    return all;
  }

  private void tell(List<Distorted> codecs, int pyramids, @Nullable OutputFolder output)
      throws IOException {
    List<String> head = new ArrayList<>(List.of("codec", "quality", "bytes", "bpp", "ratio"));
    for (LevelError level : codecs.getFirst().points().getFirst().levels()) {
      head.add(level.level() + " MSE");
      head.add(level.level() + " dB");
    }
    head.addAll(List.of("encode s", "decode s"));
    Table table = new Table(head.toArray(new String[0]));
    for (Distorted codec : codecs) {
      for (RateDistortion point : codec.points()) {
        List<String> cells =
            new ArrayList<>(
                List.of(
                    codec.codec(),
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
    }
    if (output != null) {
      output.write(Map.of(CSV, table.csv()));
    }
    if (json.wanted()) {
      JsonOption.print(
          out(),
          JsonOption.object(
              "pyramids",
              pyramids,
              "codecs",
              codecs.stream()
                  .map(codec ->
                      JsonOption.object(
                          "codec", codec.codec(),
                          "points",
                              codec.points().stream().map(RateAccuracyOutput::point).toList()))
                  .toList()));
      return;
    }
    table.print(out());
    out().println(pyramids + " pyramids; distortion is their mean, seconds the median");
  }
}
