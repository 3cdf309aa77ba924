package dev.facet.cli;

import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelPack;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.PictureSize;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFile;
import dev.facet.codec.stream.StreamHeader;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.layers.Weights;
import dev.facet.vision.detection.DetectionHead;
import dev.facet.vision.detection.Detections;
import dev.facet.vision.detection.DetectorDescription;
import dev.facet.vision.detection.ImageGeometry;
import dev.facet.vision.image.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "detect",
    description = "Finds objects in the decoded features of a stream, or in a picture.",
    footer = {
      "",
      "Example: facet detect photo.fcm --json found.json --draw found.png --image photo.jpg",
      "Of a picture the features are used as they are, without coding. Boxes are in pixels of the picture."
    })
final class DetectCommand extends Operation {
  @Parameters(
      paramLabel = "IN",
      description = "A stream, or a picture (PNG, JPEG, GIF, BMP, TIFF).")
  private Path input = Path.of("");

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--score",
      paramLabel = "T",
      description = "Reports what scores more, 0 to 1. Default: the pack's, mostly 0.05.")
  private @Nullable Float score;

  @Option(
      names = "--json",
      paramLabel = "F",
      description =
          "Writes the results in COCO's format, with the number of the frame as image_id; - for standard output.")
  private @Nullable String json;

  @Option(
      names = "--draw",
      paramLabel = "F.png",
      description = "Draws the boxes, on --image or a plain picture if IN is a stream.")
  private @Nullable Path draw;

  @Option(
      names = "--image",
      paramLabel = "PICTURE",
      description =
          "The picture of a stream: to draw on, and for its size where the stream does not say it.")
  private @Nullable Path image;

  @Option(
      names = "--frame",
      paramLabel = "N",
      description = "One frame of a sequence, from 0 on. Default: all.")
  private @Nullable Integer frame;

  @Mixin private OrientationOption orientation = new OrientationOption();

  private final List<Map<String, @Nullable Object>> results = new ArrayList<>();
  private final Table table = new Table("frame  class", "score", "x", "y", "width", "height");

  @Override
  public Integer call() throws Exception {
    if (score != null && !(score >= 0 && score <= 1)) {
      throw new ParameterException(spec().commandLine(), "--score is in 0..1");
    }
    if (!Inputs.isImage(input)) {
      return finish(stream(Files.readAllBytes(input)));
    }
    if (image != null || frame != null) {
      throw new ParameterException(
          spec().commandLine(), "--image and --frame are for streams, " + input + " is a picture");
    }
    picture(orientation.read(input));
    return finish(DONE);
  }

  private void picture(Picture picture) throws IOException, Failures.Failure {
    ModelPack pack = model.chooseDetector();
    DetectorDescription description = describe(pack);
    try (Backend backend = Backends.open()) {
      Weights weights = new Weights(backend, pack.detectorWeights());
      DetectionHead head = description.head(weights);
      FeaturePyramid pyramid = new Camera(pack, backend).pyramid(input, picture);
      detect(0, pyramid, head, description, picture);
    }
  }

  private int stream(byte[] bytes) throws IOException, Failures.Failure {
    try {
      StreamHeader header = StreamFile.readHeader(bytes, StreamLimits.DEFAULT);
      ModelPack pack = model.choose(header);
      DetectorDescription description = describe(pack);
      Picture picture = image == null ? null : orientation.read(image);
      try (Backend backend = Backends.open();
          FeatureCodec codec = model.open(header, backend)) {
        StreamFile file = codec.open(bytes);
        int first = frame == null ? 0 : frame;
        int end = frame == null ? file.frameCount() : frame + 1;
        if (first < 0 || end > file.frameCount()) {
          throw new Failures.Failure(
              input + ": has frames 0 to " + (file.frameCount() - 1) + ", no frame " + first);
        }
        if (end - first > 1 && (draw != null || picture != null)) {
          throw new Failures.Failure(
              input + ": is a sequence: choose with --frame which one to draw");
        }
        DetectionHead head = description.head(new Weights(backend, pack.detectorWeights()));
        Camera camera = header.codec() == CodecId.IMAGE ? new Camera(pack, backend) : null;
        return frames(codec, file, first, end, camera, head, description, picture);
      }
    } catch (StreamException e) {
      throw new Failures.Failure(input, e);
    }
  }

  private int frames(
      FeatureCodec codec,
      StreamFile file,
      int first,
      int end,
      @Nullable Camera camera,
      DetectionHead head,
      DetectorDescription description,
      @Nullable Picture picture)
      throws IOException, Failures.Failure {
    List<StreamException> damage = new ArrayList<>();
    try (Progress progress = new Progress(err(), end - first)) {
      for (int i = first; i < end; i++) {
        try {
          FeaturePyramid pyramid = codec.decode(file, i);
          if (camera == null) {
            detect(i, pyramid, head, description, picture);
          } else { // codec image: the whole network runs here
            Picture decoded = Camera.decoded(pyramid);
            detect(i, camera.pyramid(input, decoded), head, description, decoded);
          }
        } catch (StreamException e) {
          damage.add(e);
        }
        progress.step();
      }
    }
    if (frame == null && damage.isEmpty()) {
      damage.addAll(file.damage());
    }
    damage.forEach(e -> err().println("facet: " + input + ": " + Failures.describe(e)));
    return damage.isEmpty() ? DONE : FAILED;
  }

  private DetectorDescription describe(ModelPack pack) throws IOException {
    DetectorDescription description = Camera.describe(pack);
    return score == null ? description : description.withScore(score);
  }

  private void detect(
      int index,
      FeaturePyramid pyramid,
      DetectionHead head,
      DetectorDescription description,
      @Nullable Picture picture)
      throws IOException, Failures.Failure {
    PictureSize size = size(pyramid, picture);
    Detections found;
    try {
      ImageGeometry geometry =
          ImageGeometry.of(size.height(), size.width(), description.config().resize());
      found = head.apply(pyramid.levels(), geometry);
    } catch (IllegalArgumentException e) {
      throw new Failures.Failure(
          String.format(
              Locale.ROOT,
              "%s: its features are not those of a picture of %s pixels under the pack's resize rule: %s",
              input,
              size,
              e.getMessage()));
    }
    report(index, found, description);
    if (draw != null) {
      draw(found, description, size, picture);
    }
  }

  /** What the stream says, which a picture must agree with. */
  private PictureSize size(FeaturePyramid pyramid, @Nullable Picture picture)
      throws Failures.Failure {
    PictureSize given = picture == null ? null : new PictureSize(picture.height(), picture.width());
    PictureSize stated = pyramid.picture().orElse(given);
    if (stated == null) {
      throw new Failures.Failure(
          input
              + ": does not say the size of its picture, for it was encoded from features: give the picture with"
              + " --image");
    }
    if (given != null && !given.equals(stated)) {
      throw new Failures.Failure(
          String.format(
              Locale.ROOT,
              "%s: has %s pixels, but the stream is of a picture of %s",
              image == null ? input : image,
              given,
              stated));
    }
    return stated;
  }

  private void report(int index, Detections found, DetectorDescription description) {
    for (int i = 0; i < found.count(); i++) {
      int label = found.labels()[i] - 1;
      float[] box = found.boxes();
      float x = box[4 * i];
      float y = box[4 * i + 1];
      float width = box[4 * i + 2] - x;
      float height = box[4 * i + 3] - y;
      results.add(
          JsonOption.object(
              "image_id", index,
              "category_id", description.categoryIds().get(label),
              "bbox", List.of(x, y, width, height),
              "score", found.scores()[i],
              "category", description.classes().get(label)));
      table.row(
          String.format(Locale.ROOT, "%5d  %s", index, description.classes().get(label)),
          Table.decimals(found.scores()[i], 3),
          Table.decimals(x, 1),
          Table.decimals(y, 1),
          Table.decimals(width, 1),
          Table.decimals(height, 1));
    }
  }

  private void draw(
      Detections found,
      DetectorDescription description,
      PictureSize size,
      @Nullable Picture picture)
      throws IOException, Failures.Failure {
    if ((long) size.height() * size.width() > Picture.MAX_PIXELS) {
      throw new Failures.Failure(input + ": a picture of " + size + " pixels is too large to draw");
    }
    BufferedImage canvas =
        picture == null ? BoxDrawing.blank(size.height(), size.width()) : picture.image();
    BoxDrawing.draw(canvas, found, description.classes());
    try (OutputFile file = new OutputFile(java.util.Objects.requireNonNull(draw))) {
      ImageIO.write(canvas, "png", file.stream());
      file.commit();
    }
  }

  private int finish(int code) throws IOException {
    String text =
        json == null
            ? ""
            : JsonMapper.builder()
                .build()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(results);
    if ("-".equals(json)) {
      out().println(text);
      return code;
    }
    if (json != null) {
      OutputFile.write(Path.of(json), (text + "\n").getBytes(StandardCharsets.UTF_8));
    }
    if (results.isEmpty()) {
      out().println("nothing found");
    } else {
      table.print(out());
    }
    return code;
  }
}
