package dev.facet.cli;

import dev.facet.codec.CodecConfig;
import dev.facet.codec.ModelConversion;
import dev.facet.codec.ModelDescription;
import dev.facet.codec.ModelPack;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.checkpoint.DType;
import dev.facet.vision.detection.DetectorConversion;
import dev.facet.vision.detection.DetectorDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
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
    name = "convert",
    description = "Makes a model pack of a checkpoint, without Python.",
    footer = {
      "",
      "Example: facet convert lmsfc_q4.pth -o lmsfc-q4 --licence BSD-3-Clause",
      "Reads PyTorch (.pth, .pt), safetensors and npz with the keys of L-MSFC and CompressAI, of any version.",
      "A detector of torchvision or detectron2 (also .pkl) becomes a pack too; --into joins it with a codec.",
      "Of a pack as training/export.py leaves it, makes a copy with its entropy tables and digest."
    })
final class ConvertCommand extends Operation {
  @Parameters(
      paramLabel = "CHECKPOINT",
      description = "The file to convert, or a pack's folder to complete.")
  private Path input = Path.of("");

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "PACK",
      description = "The folder, or .zip, to make.")
  private Path output = Path.of("");

  @Option(names = "--name", description = "Name of the pack. Default: that of the output.")
  private @Nullable String name;

  @Option(names = "--licence", defaultValue = "not stated", description = "Licence of the weights.")
  private String licence = "";

  @Option(
      names = "--tables",
      defaultValue = CodecConfig.DEFAULT_TABLES,
      paramLabel = "VARIANT",
      description =
          "Gaussian tables for a checkpoint that has none; they depend on the torch that made its streams."
              + " Default: ${DEFAULT-VALUE}")
  private String tables = "";

  @Option(
      names = "--half",
      description = "Rounds the weights to float16: half the size, another model.")
  private boolean half;

  @Option(
      names = "--classes",
      split = ",",
      paramLabel = "NAME,...",
      description =
          "Detector: names of its classes without background. Default: those of COCO if their number fits.")
  private List<String> classes = new ArrayList<>();

  @Option(
      names = "--into",
      paramLabel = "CODEC-PACK",
      description = "Detector: makes a copy of this pack with the detector in it.")
  private @Nullable Path into;

  @Mixin private JsonOption json = new JsonOption();

  @Override
  public Integer call() throws Exception {
    if (!Files.exists(input)) {
      throw new NoSuchFileException(input.toString());
    }
    if (Files.exists(output)) {
      throw new Failures.Failure(output + ": exists already: remove it or give another name");
    }
    if (Files.isDirectory(input)) {
      try (Backend backend = Backends.open()) {
        ModelConversion.complete(ModelPack.load(input), output, backend);
      }
      report(ModelPack.load(output));
      return DONE;
    }
    Checkpoint checkpoint = Checkpoint.load(input).dequantized();
    if (DetectorConversion.isDetector(checkpoint)) {
      return detector(checkpoint);
    }
    if (!classes.isEmpty() || into != null) {
      throw new Failures.Failure(
          input
              + ": is no detector of torchvision or detectron2, which --classes and --into are for");
    }
    try (Backend backend = Backends.open()) {
      ModelPack pack =
          ModelConversion.convert(
              checkpoint, name == null ? defaultName() : name, licence, tables, half, backend);
      ModelPack.write(output, pack.description(), pack.weights());
    }
    report(ModelPack.load(output));
    return DONE;
  }

  private int detector(Checkpoint checkpoint) throws IOException, Failures.Failure {
    if (output.toString().endsWith(".zip")) {
      throw new Failures.Failure(output + ": the pack of a detector is a folder: leave out .zip");
    }
    DetectorConversion.Converted converted;
    try (Backend backend = Backends.open()) {
      converted = DetectorConversion.convert(checkpoint, classes, backend);
    }
    Checkpoint weights = half ? halved(converted.weights()) : converted.weights();
    ModelDescription description =
        into == null
            ? ModelDescription.ofDetector(
                name == null ? defaultName() : name,
                converted.section(),
                licence,
                Map.of("converted_from", String.valueOf(input.getFileName())))
            : joined(ModelPack.load(into).description(), converted.section());
    ModelPack.writeDetector(into, output, description, weights);
    ModelPack made = ModelPack.load(output);
    DetectorDescription detector = Camera.describe(made);
    if (json.wanted()) {
      JsonOption.print(
          out(),
          JsonOption.object(
              "output", output.toString(),
              "name", made.name(),
              "kind", made.hasCodec() ? made.kind().kind() : "detector",
              "detector", made.description().detector()));
    } else {
      out()
          .println(
              String.format(
                  Locale.ROOT,
                  "%s: %s, %d classes, conventions of %s. What the weights do not say is assumed in %s: look there",
                  output,
                  detector.arch(),
                  detector.classes().size(),
                  detector.config().convention().name().toLowerCase(Locale.ROOT),
                  output.resolve("model.json")));
    }
    return DONE;
  }

  /** The codec's description with the detector, and both licences. */
  private ModelDescription joined(ModelDescription codec, Map<String, Object> section) {
    Map<String, Object> provenance = new LinkedHashMap<>(codec.provenance());
    provenance.put("detector_converted_from", String.valueOf(input.getFileName()));
    return new ModelDescription(
        name == null ? defaultName() : name,
        codec.kind(),
        codec.config(),
        codec.weightFiles(),
        section,
        "Codec: " + codec.licence() + " Detector: " + licence,
        provenance,
        codec.digest());
  }

  /** Convolutions and linear layers as float16; normalisation and biases keep their type. */
  private static Checkpoint halved(Checkpoint weights) throws IOException {
    List<CheckpointTensor> tensors = new ArrayList<>();
    for (CheckpointTensor tensor : weights.tensors()) {
      tensors.add(tensor.shape().length > 1 ? tensor.to(DType.F16) : tensor);
    }
    return Checkpoint.of(weights.source(), tensors);
  }

  private String defaultName() {
    String file = String.valueOf(output.toAbsolutePath().getFileName());
    return file.endsWith(".zip") ? file.substring(0, file.length() - ".zip".length()) : file;
  }

  private void report(ModelPack pack) {
    CodecConfig config = pack.config();
    String digest = pack.statedDigest().orElse("");
    if (json.wanted()) {
      JsonOption.print(
          out(),
          JsonOption.object(
              "output", output.toString(),
              "name", pack.name(),
              "kind", pack.kind().kind(),
              "features", config.features(),
              "latent", config.latent(),
              "hidden", config.hidden(),
              "context", config.context(),
              "qualities", config.qualities(),
              "digest", digest));
    } else {
      out()
          .println(
              String.format(
                  Locale.ROOT,
                  "%s: %s, F = %d, M = %d, %s context model, %d %s, digest %s",
                  output,
                  pack.kind().kind(),
                  config.features(),
                  config.latent(),
                  config.context() ? "with" : "without",
                  config.qualities(),
                  config.qualities() == 1 ? "quality" : "qualities",
                  digest.substring(0, 8)));
    }
  }
}
