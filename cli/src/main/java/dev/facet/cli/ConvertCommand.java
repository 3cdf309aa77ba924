package dev.facet.cli;

import dev.facet.codec.CodecConfig;
import dev.facet.codec.ModelConversion;
import dev.facet.codec.ModelPack;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.checkpoint.Checkpoint;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
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
    Checkpoint checkpoint = Checkpoint.load(input);
    try (Backend backend = Backends.open()) {
      ModelPack pack =
          ModelConversion.convert(
              checkpoint, name == null ? defaultName() : name, licence, tables, half, backend);
      ModelPack.write(output, pack.description(), pack.weights());
    }
    report(ModelPack.load(output));
    return DONE;
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
