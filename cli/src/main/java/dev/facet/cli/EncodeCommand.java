package dev.facet.cli;

import dev.facet.codec.EncodeOptions;
import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeatureException;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelCodec;
import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.codec.anchor.ImageCodec;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.FeatureDigestSize;
import dev.facet.codec.stream.PictureSize;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.vision.image.Picture;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "encode",
    description = "Compresses pictures or feature pyramids to a stream.",
    footer = {
      "",
      "Example: facet encode photo.jpg -o photo.fcm --quality 4",
      "         facet encode photo.jpg -o anchor.fcm --codec anchor --video hevc --qp 32",
      "A picture (PNG, JPEG, GIF, BMP, TIFF) goes through the backbone of the pack's detector first. A pyramid holds"
          + " tensors p2, p3, p4, p5 of shape (C, H, W) or (1, C, H, W). Several inputs, or a folder, make a sequence."
    })
final class EncodeCommand extends Operation {
  @Parameters(
      arity = "1..*",
      paramLabel = "IN",
      description = "Pictures, or pyramids (.safetensors, .npz), or folders of them.")
  private List<Path> inputs = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.fcm",
      description = "The stream to write.")
  private Path output = Path.of("");

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--codec",
      paramLabel = "NAME",
      description =
          "lmsfc, lmsfc-gain: takes the first pack of this codec. anchor, image, logquant, pca: these need no model, but a video codec.")
  private @Nullable String codec;

  @Option(
      names = {"--quality", "--qp"},
      paramLabel = "Q",
      description =
          "Of a pack: 0 (smallest) to its highest, in steps of 1/32. Of codecs without a model: the QP, 0 (largest) to 51. Default:"
              + " the middle.")
  private @Nullable Double quality;

  @Mixin private VideoOption video = new VideoOption();

  @Option(
      names = "--format",
      defaultValue = "facet",
      paramLabel = "facet|reference",
      description = "reference: the file of the official L-MSFC code.")
  private StreamFormat format = StreamFormat.FACET;

  @Option(
      names = "--digest",
      arity = "0..1",
      fallbackValue = "short",
      defaultValue = "none",
      paramLabel = "none|short|full",
      description =
          "Adds a digest of the decoded features (8 or 32 bytes a frame), which decoders check.")
  private FeatureDigestSize digest = FeatureDigestSize.NONE;

  @Option(names = "--no-index", description = "Leaves out the index at the end of a sequence.")
  private boolean noIndex;

  @Mixin private OrientationOption orientation = new OrientationOption();
  @Mixin private JsonOption json = new JsonOption();

  /** Reads one input. */
  private interface Source {
    FeaturePyramid read(Path file) throws IOException, Failures.Failure;
  }

  /** What became of one input. */
  private record Row(String input, long bytes, double ratio, double seconds) {}

  @Override
  public Integer call() throws Exception {
    List<Path> files = Inputs.expandWithImages(inputs);
    long images = files.stream().filter(Inputs::isImage).count();
    if (images != 0 && images != files.size()) {
      throw new Failures.Failure("pictures and pyramids together: encode them one kind at a time");
    }
    boolean sequence = files.size() > 1 || Files.isDirectory(inputs.getFirst());
    if (sequence && format == StreamFormat.REFERENCE) {
      throw new Failures.Failure(
          "the reference format holds one image: encode one input at a time");
    }
    // before the model is read: a wrong input should not cost that wait
    if (images == 0) {
      Inputs.pyramid(files.getFirst());
    } else {
      orientation.read(files.getFirst());
    }
    CodecId id = video.codec(codec);
    ModelPack pack = id == null || id.hasModel() ? model.choose(codec) : null;
    try (Backend backend = Backends.open();
        FeatureCodec opened =
            pack == null
                ? FeatureCodecs.open(Objects.requireNonNull(id), video.options())
                : FeatureCodecs.open(pack, backend);
        OutputFile file = new OutputFile(output)) {
      Quality chosen =
          quality == null ? middle(opened) : opened.requireQuality(Quality.of(quality));
      Source source = source(id, images > 0, pack, backend);
      List<Row> rows =
          sequence
              ? encodeSequence(opened, chosen, files, source, file.stream())
              : List.of(encodeSingle(opened, chosen, files.getFirst(), source, file.stream()));
      file.commit();
      report(opened, pack, chosen, rows);
    }
    return DONE;
  }

  private Source source(
      @Nullable CodecId id, boolean images, @Nullable ModelPack pack, Backend backend)
      throws IOException, Failures.Failure {
    if (id == CodecId.IMAGE) {
      if (!images) {
        throw new Failures.Failure("codec image takes pictures, not features");
      }
      return file -> {
        Picture picture = orientation.read(file);
        return ImageCodec.pyramid(picture.tensor())
            .withPicture(new PictureSize(picture.height(), picture.width()));
      };
    }
    if (!images) {
      return Inputs::pyramid;
    }
    Camera camera = new Camera(pack == null ? model.chooseDetector() : pack, backend);
    return file -> camera.pyramid(file, orientation.read(file));
  }

  private Row encodeSingle(
      FeatureCodec opened, Quality chosen, Path input, Source source, OutputStream out)
      throws IOException, Failures.Failure {
    FeaturePyramid pyramid = source.read(input);
    long start = System.nanoTime();
    byte[] bytes;
    try {
      bytes =
          format == StreamFormat.REFERENCE
              ? reference(opened).encodeReference(pyramid, chosen).toBytes()
              : opened.encode(pyramid, chosen, options());
    } catch (FeatureException e) {
      throw new Failures.Failure(input, e);
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    out.write(bytes);
    return row(input, pyramid, bytes.length, seconds);
  }

  private List<Row> encodeSequence(
      FeatureCodec opened, Quality chosen, List<Path> files, Source source, OutputStream out)
      throws IOException, Failures.Failure {
    List<Row> rows = new ArrayList<>();
    try (Progress progress = new Progress(err(), files.size());
        FeatureCodec.SequenceEncoder encoder = opened.sequence(out, options())) {
      for (Path input : files) {
        FeaturePyramid pyramid = source.read(input);
        long before = encoder.bytes();
        long start = System.nanoTime();
        try {
          encoder.add(pyramid, chosen);
        } catch (FeatureException e) {
          throw new Failures.Failure(input, e);
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        rows.add(row(input, pyramid, encoder.bytes() - before, seconds));
        progress.step();
      }
    }
    return rows;
  }

  private static ModelCodec reference(FeatureCodec opened) throws Failures.Failure {
    if (opened instanceof ModelCodec ofPack) {
      return ofPack;
    }
    throw new Failures.Failure(
        "the reference format is that of L-MSFC: codec "
            + opened.identity().codec().kind()
            + " has none");
  }

  /** The quality in the middle of those that the codec shows itself with, the lower one of two. */
  private static Quality middle(FeatureCodec opened) {
    List<Quality> qualities = opened.qualities();
    return qualities.get((qualities.size() - 1) / 2);
  }

  private EncodeOptions options() {
    return new EncodeOptions(digest, !noIndex);
  }

  private static Row row(Path input, FeaturePyramid pyramid, long bytes, double seconds) {
    return new Row(input.toString(), bytes, pyramid.float32Bytes() / (double) bytes, seconds);
  }

  private void report(FeatureCodec opened, @Nullable ModelPack pack, Quality chosen, List<Row> rows)
      throws IOException {
    long total = Files.size(output);
    if (json.wanted()) {
      List<Map<String, @Nullable Object>> frames = new ArrayList<>();
      for (Row row : rows) {
        frames.add(
            JsonOption.object(
                "input", row.input,
                "bytes", row.bytes,
                "bits", 8 * row.bytes,
                "ratio", row.ratio,
                "quality", chosen.level(),
                "encode_s", row.seconds));
      }
      JsonOption.print(
          out(),
          JsonOption.object(
              "output",
              output.toString(),
              "model",
              pack == null ? null : pack.name(),
              "codec",
              opened.identity().codec().kind(),
              "bytes",
              total,
              "frames",
              frames));
      return;
    }
    Table table = new Table("input", "bytes", "bits", "ratio", "quality", "seconds");
    for (Row row : rows) {
      table.row(
          row.input,
          Long.toString(row.bytes),
          Long.toString(8 * row.bytes),
          Table.decimals(row.ratio, 1),
          chosen.toString(),
          Table.seconds(row.seconds));
    }
    table.print(out());
    String by = pack == null ? "codec " + opened.identity().codec().kind() : "model " + pack.name();
    out().println(output + ": " + total + " bytes, " + by);
  }
}
