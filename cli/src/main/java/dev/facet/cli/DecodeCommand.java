package dev.facet.cli;

import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.LevelError;
import dev.facet.codec.ModelCodec;
import dev.facet.codec.ModelPack;
import dev.facet.codec.PyramidFiles;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.ReferenceFile;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFile;
import dev.facet.codec.stream.StreamHeader;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
import dev.facet.vision.image.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

@Command(
    name = "decode",
    description = "Restores the feature pyramids of a stream.",
    footer = {
      "",
      "Example: facet decode frame.fcm -o frame.safetensors --compare original.safetensors",
      "Of a sequence, -o names a folder, where frame000000.safetensors and so on are written; --frame takes one of"
          + " them. Frames that are damaged are named and left out."
    })
final class DecodeCommand extends Operation {
  @Parameters(paramLabel = "IN.fcm", description = "The stream.")
  private Path input = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description =
          ".safetensors or .npz (tensors p2.. as C, H, W float32), or a folder for a sequence. Of codec image, .png for the"
              + " picture; its features take the backbone of --model.")
  private @Nullable Path output;

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--format",
      defaultValue = "facet",
      paramLabel = "facet|reference",
      description = "reference: the file of the official L-MSFC code; needs --model.")
  private StreamFormat format = StreamFormat.FACET;

  @Option(
      names = "--quality",
      paramLabel = "Q",
      description =
          "Reference format of a pack with several qualities: the one it was encoded with.")
  private double quality;

  @Option(names = "--frame", paramLabel = "N", description = "Decodes one frame, from 0 on.")
  private @Nullable Integer frame;

  @Option(
      names = "--compare",
      paramLabel = "ORIGINAL",
      description = "Prints the error of each level against this pyramid.")
  private @Nullable Path compare;

  @Mixin private JsonOption json = new JsonOption();

  private final List<Map<String, @Nullable Object>> frames = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    if (output == null && compare == null) {
      throw new ParameterException(
          spec().commandLine(), "give -o OUT, --compare ORIGINAL, or both");
    }
    if (format == StreamFormat.REFERENCE && !model.given()) {
      throw new ParameterException(
          spec().commandLine(), "the reference format does not name its model: give --model");
    }
    byte[] bytes = Files.readAllBytes(input);
    int code;
    try {
      code = format == StreamFormat.REFERENCE ? reference(bytes) : facet(bytes);
    } catch (StreamException e) {
      throw new Failures.Failure(input, e);
    }
    if (json.wanted() && code != LightStart.START_FULLY) {
      JsonOption.print(out(), JsonOption.object("input", input.toString(), "frames", frames));
    }
    return code;
  }

  private int reference(byte[] bytes) throws IOException {
    ReferenceFile file = ReferenceFile.parse(bytes);
    try (ModelCodec codec = FeatureCodecs.open(model.choose())) {
      long start = System.nanoTime();
      FeaturePyramid pyramid = codec.decodeReference(file, Quality.of(quality));
      double seconds = (System.nanoTime() - start) * 1e-9;
      if (output != null) {
        PyramidFiles.write(output, pyramid);
      }
      finish(0, pyramid, seconds, output);
    }
    return DONE;
  }

  private int facet(byte[] bytes) throws IOException, Failures.Failure {
    StreamHeader header = StreamFile.readHeader(bytes, StreamLimits.DEFAULT);
    ModelPack pack = header.codec().hasModel() ? model.choose(header) : null;
    if (LightStart.tooMuch(pack, bytes, frame != null)) {
      return LightStart.START_FULLY;
    }
    try (Backend backend = Backends.open();
        FeatureCodec codec =
            pack == null ? model.open(header, backend) : FeatureCodecs.open(pack, backend)) {
      StreamFile file = codec.open(bytes);
      boolean folder = header.sequence() && frame == null;
      int first = frame == null ? 0 : frame;
      int end = frame == null ? file.frameCount() : frame + 1;
      if (first < 0 || end > file.frameCount()) {
        throw new Failures.Failure(
            input + ": has frames 0 to " + (file.frameCount() - 1) + ", no frame " + first);
      }
      if (folder && compare != null && end > 1) {
        throw new Failures.Failure(
            input + ": is a sequence: choose with --frame which one to compare");
      }
      if (folder && output != null) {
        Files.createDirectories(output);
      }
      Camera camera = camera(header, backend);
      int failures = decodeFrames(codec, file, first, end, folder, camera);
      if (frame == null && failures == 0 && !file.damage().isEmpty()) {
        complain(file.damage().getLast());
        failures++;
      }
      return failures == 0 ? DONE : FAILED;
    }
  }

  /** What makes features of the pictures of codec image, if features are asked for. */
  private @Nullable Camera camera(StreamHeader header, Backend backend) throws IOException {
    boolean pictures = output == null || !PyramidFiles.isPyramidName(output);
    if (header.codec() != CodecId.IMAGE || (pictures && compare == null)) {
      return null;
    }
    return new Camera(model.choose(header), backend);
  }

  private int decodeFrames(
      FeatureCodec codec,
      StreamFile file,
      int first,
      int end,
      boolean folder,
      @Nullable Camera camera)
      throws IOException, Failures.Failure {
    boolean pictures = file.header().codec() == CodecId.IMAGE;
    String kind = pictures ? "png" : "safetensors";
    int failures = 0;
    try (Progress progress = new Progress(err(), end - first)) {
      for (int i = first; i < end; i++) {
        Path target = output;
        if (folder && output != null) {
          target = output.resolve(String.format(Locale.ROOT, "frame%06d.%s", i, kind));
        }
        try {
          long start = System.nanoTime();
          FeaturePyramid pyramid = codec.decode(file, i);
          double seconds = (System.nanoTime() - start) * 1e-9;
          Picture picture = pictures ? Camera.decoded(pyramid) : null;
          if (picture != null && camera != null) {
            pyramid = camera.pyramid(input, picture);
          }
          if (target != null) {
            if (picture != null && !PyramidFiles.isPyramidName(target)) {
              write(target, picture);
            } else {
              PyramidFiles.write(target, pyramid);
            }
          }
          finish(i, pyramid, seconds, target);
        } catch (StreamException e) {
          complain(e);
          failures++;
        }
        progress.step();
      }
    }
    return failures;
  }

  private static void write(Path target, Picture picture) throws IOException, Failures.Failure {
    if (!target.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new Failures.Failure(
          target
              + ": the stream holds a picture: name it .png, or .safetensors or .npz for its features");
    }
    try (OutputFile file = new OutputFile(target)) {
      ImageIO.write(picture.image(), "png", file.stream());
      file.commit();
    }
  }

  private void complain(StreamException e) {
    err().println("facet: " + input + ": " + Failures.describe(e));
  }

  private void finish(int index, FeaturePyramid pyramid, double seconds, @Nullable Path target)
      throws IOException {
    List<LevelError> errors =
        compare == null ? List.of() : PyramidFiles.read(compare).compare(pyramid);
    if (json.wanted()) {
      frames.add(
          JsonOption.object(
              "frame",
              index,
              "output",
              target == null ? null : target.toString(),
              "decode_s",
              seconds,
              "levels",
              levels(pyramid, errors)));
      return;
    }
    Table table =
        errors.isEmpty()
            ? new Table("level", "height", "width", "channels")
            : new Table("level", "height", "width", "channels", "MSE", "PSNR dB", "largest error");
    for (int i = 0; i < pyramid.size(); i++) {
      Tensor level = pyramid.level(i);
      List<String> cells =
          new ArrayList<>(
              List.of(
                  pyramid.name(i),
                  Integer.toString(level.height()),
                  Integer.toString(level.width()),
                  Integer.toString(level.channels())));
      if (!errors.isEmpty()) {
        LevelError error = errors.get(i);
        cells.add(String.format(Locale.ROOT, "%.4g", error.mse()));
        cells.add(Table.decimals(error.psnr(), 2));
        cells.add(String.format(Locale.ROOT, "%.4g", error.largest()));
      }
      table.row(cells.toArray(new String[0]));
    }
    table.print(out());
    out()
        .println(
            (target == null ? "frame " + index : target.toString())
                + ": decoded in "
                + Table.seconds(seconds)
                + " s");
  }

  private static List<Map<String, @Nullable Object>> levels(
      FeaturePyramid pyramid, List<LevelError> errors) {
    List<Map<String, @Nullable Object>> levels = new ArrayList<>();
    for (int i = 0; i < pyramid.size(); i++) {
      Tensor level = pyramid.level(i);
      Map<String, @Nullable Object> entry =
          JsonOption.object(
              "name",
              pyramid.name(i),
              "shape",
              JsonOption.list(level.height(), level.width(), level.channels()));
      if (!errors.isEmpty()) {
        LevelError error = errors.get(i);
        entry.put("mse", JsonOption.number(error.mse()));
        entry.put("psnr", JsonOption.number(error.psnr()));
        entry.put("largest", JsonOption.number(error.largest()));
      }
      levels.add(entry);
    }
    return levels;
  }
}
