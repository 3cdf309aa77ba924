package dev.facet.cli;

import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeatureException;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.LevelError;
import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.StreamException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "demo",
    description =
        "Encodes and decodes a pyramid at every quality of a pack, and prints what it costs.",
    footer = {
      "",
      "Example: facet demo --out demo",
      "Without PYRAMID it takes the example in the pack. bpp: bits per image pixel, where p2 has a quarter of the"
          + " image's height and width."
    })
final class DemoCommand extends Operation {
  /** Image pixels for each position of p2. */
  private static final int P2_AREA = 16;

  @Parameters(arity = "0..*", paramLabel = "PYRAMID", description = "Pyramids, or folders of them.")
  private List<Path> inputs = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Writes the streams and the table (demo.csv) there.")
  private @Nullable Path folder;

  @Mixin private ModelOption model = new ModelOption();
  @Mixin private JsonOption json = new JsonOption();

  /** What one quality costs, over all pyramids. */
  private static final class Point {
    private final Quality quality;
    private long bytes;
    private long pixels;
    private long raw;
    private double encodeSeconds;
    private double decodeSeconds;
    private double @Nullable [] psnr;

    Point(Quality quality) {
      this.quality = quality;
    }

    void add(FeaturePyramid original, FeaturePyramid decoded, int streamBytes) {
      bytes += streamBytes;
      raw += original.float32Bytes();
      pixels += P2_AREA * original.shapes().getFirst().pixels();
      List<LevelError> errors = original.compare(decoded);
      double[] sums = psnr == null ? new double[errors.size()] : psnr;
      for (int i = 0; i < sums.length; i++) {
        sums[i] += errors.get(i).psnr();
      }
      psnr = sums;
    }

    double bpp() {
      return 8.0 * bytes / pixels;
    }

    double ratio() {
      return raw / (double) bytes;
    }

    /** Mean over the pyramids, level by level, in dB. */
    List<Double> psnr(int pyramids) {
      List<Double> means = new ArrayList<>();
      for (double sum : psnr == null ? new double[0] : psnr) {
        means.add(sum / pyramids);
      }
      return means;
    }
  }

  @Override
  public Integer call() throws Exception {
    List<Path> files = Inputs.expand(inputs);
    List<String> names = new ArrayList<>();
    List<FeaturePyramid> pyramids = new ArrayList<>();
    for (Path file : files) {
      names.add(file.toString());
      pyramids.add(Inputs.pyramid(file));
    }
    ModelPack pack = model.choose();
    if (pyramids.isEmpty()) {
      names.add("the example of the pack");
      pyramids.add(
          pack.example()
              .orElseThrow(() ->
                  new Failures.Failure(
                      pack.path() + ": carries no example: give a pyramid (.safetensors, .npz)")));
    }
    if (folder != null) {
      Files.createDirectories(folder);
    }
    List<Point> points;
    try (FeatureCodec codec = FeatureCodecs.open(pack)) {
      points = run(codec, names, pyramids);
    }
    report(pack, points, names, pyramids);
    return DONE;
  }

  private List<Point> run(FeatureCodec codec, List<String> names, List<FeaturePyramid> pyramids)
      throws IOException, Failures.Failure {
    int qualities = codec.pack().config().qualities();
    List<Point> points = new ArrayList<>();
    try (Progress progress = new Progress(err(), qualities * pyramids.size())) {
      for (int q = 0; q < qualities; q++) {
        Point point = new Point(Quality.of(q));
        for (int i = 0; i < pyramids.size(); i++) {
          measure(codec, point, names.get(i), pyramids.get(i), i);
          progress.step();
        }
        points.add(point);
      }
    }
    return points;
  }

  private void measure(
      FeatureCodec codec, Point point, String name, FeaturePyramid pyramid, int index)
      throws IOException, Failures.Failure {
    try {
      long start = System.nanoTime();
      byte[] stream = codec.encode(pyramid, point.quality);
      long encoded = System.nanoTime();
      FeaturePyramid decoded = codec.decode(stream);
      long end = System.nanoTime();
      point.encodeSeconds += (encoded - start) * 1e-9;
      point.decodeSeconds += (end - encoded) * 1e-9;
      point.add(pyramid, decoded, stream.length);
      if (folder != null) {
        OutputFile.write(folder.resolve("pyramid" + index + "-q" + point.quality + ".fcm"), stream);
      }
    } catch (FeatureException e) {
      throw new Failures.Failure(Path.of(name), e);
    } catch (StreamException e) {
      throw new Failures.Failure(name + ": does not decode again: " + Failures.describe(e));
    }
  }

  private void report(
      ModelPack pack, List<Point> points, List<String> names, List<FeaturePyramid> pyramids)
      throws IOException {
    List<String> head = new ArrayList<>(List.of("quality", "bytes", "bits", "bpp", "ratio"));
    FeaturePyramid first = pyramids.getFirst();
    first.names().forEach(level -> head.add(level + " dB"));
    head.addAll(List.of("encode s", "decode s"));
    Table table = new Table(head.toArray(new String[0]));
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (Point point : points) {
      List<Double> psnr = point.psnr(pyramids.size());
      List<String> cells =
          new ArrayList<>(
              List.of(
                  point.quality.toString(),
                  Long.toString(point.bytes),
                  Long.toString(8 * point.bytes),
                  Table.decimals(point.bpp(), 4),
                  Table.decimals(point.ratio(), 1)));
      psnr.forEach(db -> cells.add(Table.decimals(db, 2)));
      cells.add(Table.seconds(point.encodeSeconds));
      cells.add(Table.seconds(point.decodeSeconds));
      table.row(cells.toArray(new String[0]));
      rows.add(
          JsonOption.object(
              "quality", point.quality.level(),
              "bytes", point.bytes,
              "bpp", point.bpp(),
              "ratio", point.ratio(),
              "psnr", psnr.stream().map(JsonOption::number).toList(),
              "encode_s", point.encodeSeconds,
              "decode_s", point.decodeSeconds));
    }
    if (folder != null) {
      OutputFile.write(folder.resolve("demo.csv"), table.csv().getBytes(StandardCharsets.UTF_8));
    }
    if (json.wanted()) {
      JsonOption.print(
          out(),
          JsonOption.object(
              "model", pack.name(),
              "inputs", names,
              "codecs", List.of(JsonOption.object("codec", pack.kind().kind(), "points", rows))));
      return;
    }
    out().println("model: " + pack.name() + " (" + pack.kind().kind() + ")");
    long bytes = pyramids.stream().mapToLong(FeaturePyramid::float32Bytes).sum();
    String what = names.size() == 1 ? names.getFirst() : names.size() + " pyramids";
    out().println("input: " + what + ", " + bytes + " bytes as float32");
    table.print(out());
    if (folder != null) {
      out().println("written: " + folder);
    }
  }
}
