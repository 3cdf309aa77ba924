package dev.facet.codec;

import dev.facet.codec.stream.CodecId;
import dev.facet.nn.internal.Json;
import dev.facet.nn.internal.JsonException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code model.json} says (docs/models.md).
 *
 * @param name the pack's own name, for people
 * @param kind the codec
 * @param config sizes of the codec
 * @param weightFiles safetensors files of the codec's weights, plain names inside the pack
 * @param detector the task head's description, as parsed; empty if there is none
 * @param licence of the weights, for people
 * @param provenance how the model was trained, as parsed
 * @param digest 64 hexadecimal digits, if stated
 */
public record ModelDescription(
    String name,
    CodecId kind,
    CodecConfig config,
    List<String> weightFiles,
    Map<String, Object> detector,
    String licence,
    Map<String, Object> provenance,
    Optional<String> digest) {
  /** Version of the pack format. */
  static final int FORMAT = 1;

  static final int MAX_NAME = 200;
  private static final int MAX_LICENCE = 20_000;
  private static final int MAX_FILES = 256;
  private static final int MAX_DEPTH = 32;
  private static final int MAX_VALUES = 100_000;

  /** Checks names and sizes. */
  public ModelDescription {
    weightFiles = List.copyOf(weightFiles);
    detector = Map.copyOf(detector);
    if (name.isBlank() || name.length() > MAX_NAME || name.chars().anyMatch(c -> c < ' ')) {
      throw new IllegalArgumentException("name is empty, too long or has control characters");
    }
    if (weightFiles.size() > MAX_FILES) {
      throw new IllegalArgumentException("more than " + MAX_FILES + " weight files");
    }
    for (String file : weightFiles) {
      PackSource.requirePlainName(file);
    }
    if (digest.isPresent() && !digest.get().matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("digest is not 64 lower-case hexadecimal digits");
    }
    if ((kind == CodecId.LMSFC) && config.qualities() != 1) {
      throw new IllegalArgumentException(
          "kind lmsfc has one quality, qualities says " + config.qualities());
    }
  }

  /** The same with another digest. */
  public ModelDescription withDigest(String hex) {
    return new ModelDescription(
        name, kind, config, weightFiles, detector, licence, provenance, Optional.of(hex));
  }

  ModelDescription withWeightFiles(List<String> files) {
    return new ModelDescription(name, kind, config, files, detector, licence, provenance, digest);
  }

  static ModelDescription parse(String where, String json) throws ModelPackException {
    Object parsed;
    try {
      parsed = Json.parse(json, MAX_DEPTH, MAX_VALUES);
    } catch (JsonException e) {
      throw new ModelPackException(where, String.valueOf(e.getMessage()));
    }
    JsonFields root = new JsonFields(where, "model.json", parsed);
    long format = root.integer("format");
    if (format != FORMAT) {
      throw new ModelPackException(
          where,
          String.format(
              Locale.ROOT,
              "is of pack format %d, this build reads %d: use a %s release",
              format,
              FORMAT,
              format > FORMAT ? "newer" : "matching"));
    }
    JsonFields codec = root.object("codec");
    String kindName = root.string("kind", MAX_NAME);
    CodecId kind =
        CodecId.ofKind(kindName)
            .orElseThrow(() -> new ModelPackException(where, "kind '" + kindName + "' is unknown"));
    try {
      CodecConfig config =
          new CodecConfig(
              codec.small("features"),
              codec.small("latent"),
              codec.bool("context"),
              Math.max(1, codec.small("qualities")), // 0: no gain vectors
              codec.optionalString("gaussian_tables", MAX_NAME).orElse(CodecConfig.DEFAULT_TABLES));
      return new ModelDescription(
          root.string("name", MAX_NAME),
          kind,
          config,
          codec.strings("weights", MAX_FILES),
          root.optionalObject("detector"),
          root.optionalString("licence", MAX_LICENCE).orElse("not stated"),
          root.optionalObject("provenance"),
          root.optionalString("digest", MAX_NAME));
    } catch (IllegalArgumentException e) {
      throw new ModelPackException(where, "model.json: " + e.getMessage());
    }
  }

  String toJson() {
    Map<String, Object> codec = new LinkedHashMap<>();
    codec.put("features", config.features());
    codec.put("latent", config.latent());
    codec.put("context", config.context());
    codec.put("qualities", config.qualities());
    codec.put("gaussian_tables", config.gaussianTables());
    codec.put("weights", weightFiles);
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("format", FORMAT);
    root.put("name", name);
    root.put("kind", kind.kind());
    root.put("codec", codec);
    if (!detector.isEmpty()) {
      root.put("detector", detector);
    }
    root.put("licence", licence);
    root.put("provenance", provenance);
    digest.ifPresent(hex -> root.put("digest", hex));
    return Json.write(root);
  }
}
