package dev.facet.cli;

import dev.facet.codec.CodecConfig;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.ModelDescription;
import dev.facet.codec.ModelDigest;
import dev.facet.codec.ModelPack;
import dev.facet.codec.ModelPacks;
import dev.facet.nn.Backend;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
      Table table = new Table("name", "codec", "F", "M", "context", "qualities", "digest", "path");
      for (ModelPack pack : packs.all()) {
        CodecConfig config = pack.config();
        table.row(
            pack.name(),
            pack.kind().kind(),
            Integer.toString(config.features()),
            Integer.toString(config.latent()),
            config.context() ? "yes" : "no",
            Integer.toString(config.qualities()),
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

  private static Map<String, @Nullable Object> summary(ModelPack pack) {
    CodecConfig config = pack.config();
    return JsonOption.object(
        "name", pack.name(),
        "path", pack.path().toString(),
        "kind", pack.kind().kind(),
        "features", config.features(),
        "latent", config.latent(),
        "context", config.context(),
        "qualities", config.qualities(),
        "gaussian_tables", config.gaussianTables(),
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
        answer.put("kmac_per_pixel", FeatureCodecs.complexity(pack));
        JsonOption.print(out(), answer);
        return DONE;
      }
      summary(pack).forEach((key, value) -> line(key.replace('_', ' '), value));
      line("numeric profile", Backend.NUMERIC_PROFILE);
      line("licence", description.licence());
      description.provenance().forEach((key, value) -> line(key, value));
      Table table = new Table("part", "parameters");
      parts.forEach((part, count) -> table.row(part, Long.toString(count)));
      table.row("all", Long.toString(total));
      table.print(out());
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

    /** Parameters of each part: the first name of its tensors, and the second in g_a and g_s. */
    private static Map<String, Long> parts(ModelPack pack) throws IOException {
      Map<String, Long> parts = new LinkedHashMap<>();
      List<CheckpointTensor> tensors = new ArrayList<>(pack.weights().tensors());
      tensors.sort(java.util.Comparator.comparing(CheckpointTensor::name));
      for (CheckpointTensor tensor : tensors) {
        if (ModelDigest.isWeight(tensor.name())) {
          String[] names = tensor.name().split("\\.", -1);
          boolean deep = names.length > 2 && (names[0].equals("g_a") || names[0].equals("g_s"));
          parts.merge(
              deep ? names[0] + "." + names[1] : names[0], (long) tensor.elements(), Long::sum);
        }
      }
      return parts;
    }
  }
}
