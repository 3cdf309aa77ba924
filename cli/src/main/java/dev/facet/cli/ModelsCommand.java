package dev.facet.cli;

import dev.facet.codec.CodecConfig;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.ModelDescription;
import dev.facet.codec.ModelDigest;
import dev.facet.codec.ModelPack;
import dev.facet.codec.ModelPacks;
import dev.facet.nn.Backend;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.vision.detection.DetectorConfig;
import dev.facet.vision.detection.DetectorDescription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "models",
    description = "Lists the model packs that can be found.",
    subcommands = ModelsCommand.Show.class,
    footer = {"", "Example: facet models", "         facet models show aquarium"})
final class ModelsCommand extends Operation {
  @Mixin private JsonOption json = new JsonOption();

  @Override
  public Integer call() {
    ModelPacks packs = ModelPacks.standard();
    if (json.wanted()) {
      JsonOption.print(
          out(),
          JsonOption.object("models", packs.all().stream().map(ModelsCommand::summary).toList()));
    } else if (packs.all().isEmpty()) {
      out().println("no model packs: set FACET_MODELS to a folder of packs, or give --model");
    } else {
      Table table =
          new Table("name", "codec", "F", "M", "context", "qualities", "network", "digest", "path");
      for (ModelPack pack : packs.all()) {
        String network = arch(pack);
        if (!pack.hasCodec()) {
          table.row(pack.name(), "-", "-", "-", "-", "-", network, "-", pack.path().toString());
          continue;
        }
        CodecConfig config = pack.config();
        table.row(
            pack.name(),
            pack.kind().kind(),
            Integer.toString(config.features()),
            Integer.toString(config.latent()),
            config.context() ? "yes" : "no",
            Integer.toString(config.qualities()),
            network,
            pack.statedDigest().map(hex -> hex.substring(0, 8)).orElse("-"),
            pack.path().toString());
      }
      table.print(out());
    }
    packs
        .unreadable()
        .values()
        .forEach(problem -> err().println("facet: not used: " + Failures.oneLine(problem)));
    return DONE;
  }

  /** Name of the detector, or of the classification network. */
  private static String arch(ModelPack pack) {
    ModelDescription description = pack.description();
    Map<String, Object> section =
        pack.hasClassifier() ? description.classifier() : description.detector();
    return section.get("arch") instanceof String arch
        ? Failures.oneLine(arch)
        : section.isEmpty() ? "-" : "unnamed";
  }

  private static Map<String, @Nullable Object> summary(ModelPack pack) {
    if (!pack.hasCodec()) {
      return JsonOption.object(
          "name",
          pack.name(),
          "path",
          pack.path().toString(),
          "kind",
          pack.description().kindName(),
          pack.description().kindName(),
          arch(pack));
    }
    CodecConfig config = pack.config();
    return JsonOption.object(
        "name", pack.name(),
        "path", pack.path().toString(),
        "kind", pack.kind().kind(),
        "features", config.features(),
        "latent", config.latent(),
        "hidden", config.hidden(),
        "context", config.context(),
        "qualities", config.qualities(),
        "gaussian_tables", config.gaussianTables(),
        "detector", arch(pack),
        "digest", pack.statedDigest().orElse(null));
  }

  @Command(
      name = "show",
      description =
          "Shows one pack: parts, parameters, kMAC per pixel, digest, licence, how it was trained.",
      footer = {"", "Example: facet models show aquarium --json"})
  static final class Show extends Operation {
    @Parameters(
        paramLabel = "PACK",
        description = "A folder or zip, a name, or the first digits of a digest.")
    private String name = "";

    /** Tables of results, say, are not for reading on one line. */
    private static final int MAX_LINE = 600;

    @Mixin private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws IOException {
      ModelPack pack = ModelPacks.standard().find(name);
      DetectorDescription detector = pack.hasDetector() ? Camera.describe(pack) : null;
      Map<String, Long> parts = parts(pack);
      long total = parts.values().stream().mapToLong(Long::longValue).sum();
      ModelDescription description = pack.description();
      if (json.wanted()) {
        Map<String, @Nullable Object> answer = summary(pack);
        answer.put("numeric_profile", Backend.NUMERIC_PROFILE);
        answer.put("licence", description.licence());
        answer.put("provenance", description.provenance());
        answer.put("parameters", total);
        answer.put("parts", parts);
        answer.put("detector", pack.hasDetector() ? description.detector() : null);
        if (pack.hasClassifier()) {
          answer.put("classifier", description.classifier());
        }
        answer.put("kmac_per_pixel", pack.hasCodec() ? FeatureCodecs.complexity(pack) : Map.of());
        JsonOption.print(out(), answer);
        return DONE;
      }
      summary(pack).forEach((key, value) -> line(key.replace('_', ' '), value));
      line("numeric profile", Backend.NUMERIC_PROFILE);
      if (detector != null) {
        line("classes", String.join(", ", detector.classes()));
        DetectorConfig config = detector.config();
        line(
            "pictures",
            String.format(
                Locale.ROOT,
                "short side %d, long side at most %d, %s, conventions of %s",
                config.resize().shortSide(),
                config.resize().longSide(),
                config.normalization().bgr() ? "BGR" : "RGB",
                config.convention().name().toLowerCase(Locale.ROOT)));
      }
      line("licence", description.licence());
      description.provenance().forEach((key, value) -> line(key, value));
      Table table = new Table("part", "parameters");
      parts.forEach((part, count) -> table.row(part, Long.toString(count)));
      table.row("all", Long.toString(total));
      table.print(out());
      if (!pack.hasCodec()) {
        return DONE;
      }
      Table cost = new Table("network", "kMAC per image pixel");
      FeatureCodecs.complexity(pack)
          .forEach((part, kmac) -> cost.row(part, String.format(Locale.ROOT, "%.2f", kmac)));
      cost.print(out());
      return DONE;
    }

    private void line(String key, @Nullable Object value) {
      String text = value == null ? "-" : Failures.oneLine(value.toString());
      out().println(key + ": " + (text.length() <= MAX_LINE ? text : "long; see --json"));
    }

    /** Parts that are shown by their own parts. */
    private static final Set<String> DEEP = Set.of("g_a", "g_s", "backbone", "roi_heads");

    /** Parameters of each part: the first name of its tensors, and the second in large parts. */
    private static Map<String, Long> parts(ModelPack pack) throws IOException {
      Map<String, Long> parts = new LinkedHashMap<>();
      List<CheckpointTensor> tensors = new ArrayList<>();
      if (pack.hasCodec()) {
        tensors.addAll(pack.weights().tensors());
      }
      if (pack.hasDetector()) {
        tensors.addAll(pack.detectorWeights().tensors());
      }
      if (pack.hasClassifier()) {
        tensors.addAll(pack.classifierWeights().tensors());
      }
      tensors.sort(java.util.Comparator.comparing(CheckpointTensor::name));
      for (CheckpointTensor tensor : tensors) {
        if (ModelDigest.isWeight(tensor.name())) {
          String[] names = tensor.name().split("\\.", -1);
          boolean deep = names.length > 2 && DEEP.contains(names[0]);
          parts.merge(
              deep ? names[0] + "." + names[1] : names[0], (long) tensor.elements(), Long::sum);
        }
      }
      return parts;
    }
  }
}
