package dev.facet.codec;

import dev.facet.codec.stream.CodecId;
import dev.facet.nn.internal.Json;
import dev.facet.nn.internal.JsonException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code model.json} says (docs/models.md).
 *
 * @param name the pack's own name, for people
 * @param kind the codec; null if the pack has none
 * @param config sizes of the codec; null without one
 * @param weightFiles safetensors files of the codec's weights, plain names inside the pack
 * @param detector the task head's description, as parsed; empty if there is none
 * @param classifier the classification network's description, as parsed; empty if there is none
 * @param licence of the weights, for people
 * @param provenance how the model was trained, as parsed
 * @param digest 64 hexadecimal digits, if stated
 */
public record ModelDescription(
    String name,
    @Nullable CodecId kind,
    @Nullable CodecConfig config,
    List<String> weightFiles,
    Map<String, Object> detector,
    Map<String, Object> classifier,
    String licence,
    Map<String, Object> provenance,
    Optional<String> digest) {
  /** Version of the pack format. */
  static final int FORMAT = 1;

  /** {@code kind} of a pack without a codec, and the section that such a pack has. */
  private static final String DETECTOR = "detector";

  private static final String CLASSIFIER = "classifier";

  static final int MAX_NAME = 200;
  private static final int MAX_LICENCE = 20_000;
  private static final int MAX_FILES = 256;
  private static final int MAX_DEPTH = 32;
  private static final int MAX_VALUES = 100_000;

  /** Checks names and sizes. */
  public ModelDescription {
    weightFiles = List.copyOf(weightFiles);
    detector = Collections.unmodifiableMap(new LinkedHashMap<>(detector)); // in its own order
    classifier = Collections.unmodifiableMap(new LinkedHashMap<>(classifier));
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
    if (kind != null && !kind.hasModel()) {
      throw new IllegalArgumentException("codec " + kind.kind() + " has no model");
    }
    boolean network = !detector.isEmpty() || !classifier.isEmpty();
    if ((kind == null) != (config == null) || (kind == null && !network)) {
      throw new IllegalArgumentException("a pack has a codec, a detector, both, or a classifier");
    }
    if (config != null && kind == CodecId.LMSFC && config.qualities() != 1) {
      throw new IllegalArgumentException(
          "kind lmsfc has one quality, qualities says " + config.qualities());
    }
  }

  /** A pack without a classifier. */
  public ModelDescription(
      String name,
      @Nullable CodecId kind,
      @Nullable CodecConfig config,
      List<String> weightFiles,
      Map<String, Object> detector,
      String licence,
      Map<String, Object> provenance,
      Optional<String> digest) {
    this(name, kind, config, weightFiles, detector, Map.of(), licence, provenance, digest);
  }

  /** The same with another digest. */
  public ModelDescription withDigest(String hex) {
    return new ModelDescription(
        name,
        kind,
        config,
        weightFiles,
        detector,
        classifier,
        licence,
        provenance,
        Optional.of(hex));
  }

  /** A pack of a detector alone. */
  public static ModelDescription ofDetector(
      String name, Map<String, Object> detector, String licence, Map<String, Object> provenance) {
    return new ModelDescription(
        name, null, null, List.of(), detector, licence, provenance, Optional.empty());
  }

  /** The same with another detector. */
  public ModelDescription withDetector(Map<String, Object> section) {
    return new ModelDescription(
        name, kind, config, weightFiles, section, classifier, licence, provenance, digest);
  }

  ModelDescription withWeightFiles(List<String> files) {
    return new ModelDescription(
        name, kind, config, files, detector, classifier, licence, provenance, digest);
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
    String kindName = root.string("kind", MAX_NAME);
    if (kindName.equals(DETECTOR) || kindName.equals(CLASSIFIER)) {
      return parseNetwork(where, root, kindName);
    }
    JsonFields codec = root.object("codec");
    CodecId kind =
        CodecId.ofKind(kindName)
            .filter(CodecId::hasModel)
            .orElseThrow(() -> new ModelPackException(where, "kind '" + kindName + "' is unknown"));
    try {
      int latent = codec.small("latent");
      CodecConfig config =
          new CodecConfig(
              codec.small("features"),
              latent,
              codec.optionalSmall("hidden", latent),
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

  private static ModelDescription parseNetwork(String where, JsonFields root, String section)
      throws ModelPackException {
    try {
      return new ModelDescription(
          root.string("name", MAX_NAME),
          null,
          null,
          List.of(),
          section.equals(DETECTOR) ? root.optionalObject(DETECTOR) : Map.of(),
          section.equals(CLASSIFIER) ? root.optionalObject(CLASSIFIER) : Map.of(),
          root.optionalString("licence", MAX_LICENCE).orElse("not stated"),
          root.optionalObject("provenance"),
          Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new ModelPackException(where, "model.json: " + e.getMessage());
    }
  }

  /** Files of the detector's weights, plain names inside the pack. */
  List<String> detectorFiles(String where) throws ModelPackException {
    return files(where, DETECTOR, detector);
  }

  /** Files of the classifier's weights, plain names inside the pack. */
  List<String> classifierFiles(String where) throws ModelPackException {
    return files(where, CLASSIFIER, classifier);
  }

  private static List<String> files(String where, String name, Map<String, Object> section)
      throws ModelPackException {
    List<String> files = new JsonFields(where, name, section).strings("weights", MAX_FILES);
    try {
      files.forEach(PackSource::requirePlainName);
    } catch (IllegalArgumentException e) {
      throw new ModelPackException(where, "model.json: " + name + ": " + e.getMessage());
    }
    return files;
  }

  /** {@code kind} in the file: the codec's name, {@code detector} or {@code classifier}. */
  public String kindName() {
    return kind != null ? kind.kind() : detector.isEmpty() ? CLASSIFIER : DETECTOR;
  }

  private static Map<String, Object> codecSection(CodecConfig config, List<String> weightFiles) {
    Map<String, Object> codec = new LinkedHashMap<>();
    codec.put("features", config.features());
    codec.put("latent", config.latent());
    if (config.hidden() != config.latent()) {
      codec.put("hidden", config.hidden());
    }
    codec.put("context", config.context());
    codec.put("qualities", config.qualities());
    codec.put("gaussian_tables", config.gaussianTables());
    codec.put("weights", weightFiles);
    return codec;
  }

  String toJson() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("format", FORMAT);
    root.put("name", name);
    root.put("kind", kindName());
    if (config != null) {
      root.put("codec", codecSection(config, weightFiles));
    }
    if (!detector.isEmpty()) {
      root.put(DETECTOR, detector);
    }
    if (!classifier.isEmpty()) {
      root.put(CLASSIFIER, classifier);
    }
    root.put("licence", licence);
    root.put("provenance", provenance);
    digest.ifPresent(hex -> root.put("digest", hex));
    return Json.write(root);
  }
}
