package dev.facet.codec;

import dev.facet.codec.stream.CodecId;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.checkpoint.CompressAiKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A trained model: a folder or a zip of {@code model.json} and safetensors files (docs/models.md). Loading
 * reads {@code model.json}; weights are read when they are first asked for. Thread-safe.
 */
public final class ModelPack {

  private final PackSource source;
  private final ModelDescription description;
  private @Nullable Checkpoint weights;

  private ModelPack(PackSource source, ModelDescription description) {
    this.source = source;
    this.description = description;
  }

  /**
   * Reads a pack's description.
   *
   * @param path a folder or a zip
   * @throws ModelPackException if there is no pack, or its description is damaged or of another format
   * @throws IOException if the file system fails
   */
  public static ModelPack load(Path path) throws IOException {
    PackSource source = PackSource.of(path);
    return new ModelPack(
        source, ModelDescription.parse(source.describe(), source.readDescription()));
  }

  /**
   * A pack in memory.
   *
   * @param weights the codec's tensors, in any of CompressAI's spellings
   * @throws IOException if two names stand for the same tensor
   */
  public static ModelPack of(ModelDescription description, Checkpoint weights) throws IOException {
    ModelPack pack = new ModelPack(new PackSource.Memory(Path.of("pack-in-memory")), description);
    pack.weights = CompressAiKeys.canonical(weights);
    return pack;
  }

  /** The folder or zip. */
  public Path path() {
    return source.path();
  }

  /** The pack's own name. */
  public String name() {
    return description.name();
  }

  /** Whether the pack has a codec; one of a detector or a classifier alone has none. */
  public boolean hasCodec() {
    return description.kind() != null;
  }

  /** Whether the pack has a detector. */
  public boolean hasDetector() {
    return !description.detector().isEmpty();
  }

  /** Whether the pack has a classification network. */
  public boolean hasClassifier() {
    return !description.classifier().isEmpty();
  }

  /**
   * The codec.
   *
   * @throws IllegalStateException if the pack has none
   */
  public CodecId kind() {
    return ofCodec(description.kind());
  }

  /**
   * Sizes of the codec.
   *
   * @throws IllegalStateException if the pack has none
   */
  public CodecConfig config() {
    return ofCodec(description.config());
  }

  private <T> T ofCodec(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException(
          path() + ": has a " + description.kindName() + " but no codec: name a pack with a codec");
    }
    return value;
  }

  /** All that {@code model.json} says. */
  public ModelDescription description() {
    return description;
  }

  /**
   * The codec's weights, with the keys of CompressAI 1.1.5. Read once.
   *
   * @throws IOException if a file is missing, damaged or too large, or a name occurs twice
   */
  public synchronized Checkpoint weights() throws IOException {
    Checkpoint known = weights;
    if (known == null) {
      known = CompressAiKeys.canonical(read(description.weightFiles()));
      weights = known;
    }
    return known;
  }

  /**
   * The detector's weights, with the keys of torchvision. Read anew by each call.
   *
   * @throws IOException if the pack has no detector, or a file is missing, damaged or too large, or a
   *     name occurs twice
   */
  public Checkpoint detectorWeights() throws IOException {
    if (!hasDetector()) {
      throw lacks("detector");
    }
    return read(description.detectorFiles(source.describe()));
  }

  /**
   * The classifier's weights, with the keys of torchvision. Read anew by each call.
   *
   * @throws IOException if the pack has no classifier, or a file is missing, damaged or too large, or a
   *     name occurs twice
   */
  public Checkpoint classifierWeights() throws IOException {
    if (!hasClassifier()) {
      throw lacks("classifier");
    }
    return read(description.classifierFiles(source.describe()));
  }

  private ModelPackException lacks(String part) {
    String has = hasCodec() ? "codec" : description.kindName();
    return new ModelPackException(
        path(), "has a " + has + " but no " + part + ": name a pack with one");
  }

  private Checkpoint read(List<String> files) throws IOException {
    List<Checkpoint> parts = new ArrayList<>();
    for (String file : files) {
      parts.add(source.readTensors(file));
    }
    return Checkpoint.merge(parts).dequantized();
  }

  /**
   * The pyramid that the pack carries as an example, if any: {@code example.safetensors} or {@code
   * sample.safetensors}.
   *
   * @throws IOException if it cannot be read
   */
  public Optional<FeaturePyramid> example() throws IOException {
    for (String file : List.of("example.safetensors", "sample.safetensors")) {
      if (source.contains(file)) {
        return Optional.of(PyramidFiles.of(source.readTensors(file)));
      }
    }
    return Optional.empty();
  }

  /** The digest that {@code model.json} states, 64 hexadecimal digits; empty if it states none. */
  public Optional<String> statedDigest() {
    return description.digest();
  }

  /**
   * SHA-256 of the model, as {@link ModelDigest} defines it.
   *
   * @param tables the entropy tables that the codec codes with
   * @throws IOException if the weights cannot be read, or the pack states another digest
   */
  public byte[] digest(List<CheckpointTensor> tables) throws IOException {
    byte[] digest = ModelDigest.of(kind(), config(), weights(), tables);
    Optional<String> stated = statedDigest();
    if (stated.isPresent() && !Arrays.equals(digest, HexFormat.of().parseHex(stated.get()))) {
      throw new ModelPackException(
          path(),
          String.format(
              Locale.ROOT,
              "its weights have digest %s, model.json says %s: the pack is damaged or was changed",
              HexFormat.of().formatHex(digest),
              stated.get()));
    }
    return digest;
  }

  /**
   * Writes a pack: {@code model.json} and {@code codec.safetensors}. It appears complete or not at all;
   * an existing file or folder is not replaced.
   *
   * @param target a folder to be, or a name that ends with {@code .zip}
   * @param description its weight files are ignored
   * @param weights the codec's tensors; tables and constant buffers may be among them
   * @throws IOException if the target exists or cannot be written
   */
  public static void write(Path target, ModelDescription description, Checkpoint weights)
      throws IOException {
    PackWriter.write(target, description, weights);
  }

  /**
   * Writes a pack of a detector, or a copy of a pack with a detector in the place of its own.
   *
   * @param source the pack to copy, a folder; null for a detector alone
   * @param target a folder to be
   * @param description its {@code detector} section need not name files
   * @param weights with the keys of torchvision
   * @throws IOException if the source is no folder, or the target exists or cannot be written
   */
  public static void writeDetector(
      @Nullable Path source, Path target, ModelDescription description, Checkpoint weights)
      throws IOException {
    PackWriter.writeDetector(source, target, description, weights);
  }

  @Override
  public String toString() {
    return name() + " (" + description.kindName() + ", " + path() + ")";
  }
}
