package dev.facet.codec;

import dev.facet.codec.stream.CodecId;
import dev.facet.nn.Backend;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.checkpoint.CompressAiKeys;
import dev.facet.nn.checkpoint.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a model pack of a checkpoint: the kind and the sizes come from the weights, the entropy tables are built where the
 * checkpoint has none, and the digest is computed.
 */
public final class ModelConversion {
  private static final String FIRST_CONVOLUTION = "g_a.p2Encoder.0.conv1.weight";
  private static final String LAST_CONVOLUTION = "g_a.p5Encoder.0.weight";
  private static final String CONTEXT = "context_prediction.weight";
  private static final String GAIN = "gain";

  private ModelConversion() {}

  /**
   * What the weights say about their codec.
   *
   * @param gaussianTables variant of the tables, used if the checkpoint has none
   * @throws CheckpointException if this is no checkpoint of L-MSFC
   */
  public static CodecConfig config(Checkpoint checkpoint, String gaussianTables)
      throws CheckpointException {
    Checkpoint weights = CompressAiKeys.canonical(checkpoint);
    if (!weights.contains(FIRST_CONVOLUTION)) {
      throw new CheckpointException(
          checkpoint.source(),
          -1,
          "is no checkpoint of L-MSFC: it has no tensor " + FIRST_CONVOLUTION);
    }
    int[] first = shape(weights, FIRST_CONVOLUTION, 4);
    int latent = shape(weights, LAST_CONVOLUTION, 4)[0];
    int qualities = weights.contains(GAIN) ? shape(weights, GAIN, 2)[0] : 1;
    try {
      return new CodecConfig(
          first[1], latent, first[0], weights.contains(CONTEXT), qualities, gaussianTables);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(checkpoint.source(), -1, String.valueOf(e.getMessage()));
    }
  }

  /**
   * A complete pack in memory: weights without constant buffers, tables, and the digest.
   *
   * @param name the pack's name
   * @param licence of the weights
   * @param gaussianTables variant of the tables, used if the checkpoint has none
   * @param half whether to store the weights as float16. This changes their values, and so the model;
   *     entropy parameters, GDN parameters and gains keep float32.
   * @throws IOException if this is no checkpoint of L-MSFC, or its weights do not fit together
   */
  public static ModelPack convert(
      Checkpoint checkpoint,
      String name,
      String licence,
      String gaussianTables,
      boolean half,
      Backend backend)
      throws IOException {
    Checkpoint canonical = CompressAiKeys.canonical(checkpoint);
    CodecConfig config = config(canonical, gaussianTables);
    ModelDescription description =
        new ModelDescription(
            name,
            canonical.contains(GAIN) ? CodecId.LMSFC_GAIN : CodecId.LMSFC,
            config,
            List.of(),
            Map.of(),
            licence,
            Map.of("converted_from", fileName(checkpoint.source())),
            Optional.empty());
    List<CheckpointTensor> weights = new ArrayList<>();
    List<CheckpointTensor> stored = new ArrayList<>();
    for (CheckpointTensor tensor : canonical.tensors()) {
      if (ModelDigest.isWeight(tensor.name())) {
        weights.add(half && isRoundable(tensor) ? tensor.to(DType.F16) : tensor);
      } else {
        stored.add(tensor); // tables among them, if there are any
      }
    }
    List<CheckpointTensor> all = new ArrayList<>(weights);
    all.addAll(stored);
    ModelPack draft = ModelPack.of(description, Checkpoint.of(canonical.source(), all));
    try (ModelCodec codec = FeatureCodecs.open(draft, backend)) {
      weights.addAll(codec.entropyTables());
      String digest = HexFormat.of().formatHex(codec.identity().modelDigest());
      return ModelPack.of(
          description.withDigest(digest), Checkpoint.of(canonical.source(), weights));
    }
  }

  /**
   * Completes a pack as training/export.py leaves it: a copy that also has the tables that its codec codes with, and the
   * digest. Everything else, files and description, stays as it is.
   *
   * @param pack a folder
   * @param target a folder to be
   * @throws IOException if the pack cannot be opened, or the target exists or cannot be written
   */
  public static void complete(ModelPack pack, Path target, Backend backend) throws IOException {
    if (!Files.isDirectory(pack.path())) {
      throw new ModelPackException(pack.path(), "is not a folder: unpack it first");
    }
    try (ModelCodec codec = FeatureCodecs.open(pack, backend)) {
      PackWriter.writeCopy(
          pack.path(),
          target,
          pack.description().withDigest(HexFormat.of().formatHex(codec.identity().modelDigest())),
          Checkpoint.of(pack.name(), codec.entropyTables()));
    }
  }

  /** Without its folders: a pack is given to others. */
  private static String fileName(String source) {
    return source.substring(Math.max(source.lastIndexOf('/'), source.lastIndexOf('\\')) + 1);
  }

  /** Tables and quantities that rounding would hurt out of proportion to their size stay as they are. */
  private static boolean isRoundable(CheckpointTensor tensor) {
    String name = tensor.name();
    return tensor.dtype().isFloat()
        && !name.startsWith("entropy_bottleneck.")
        && !name.matches(".*gdn\\.(beta|gamma)|gain|inverse_gain");
  }

  private static int[] shape(Checkpoint weights, String name, int rank) throws CheckpointException {
    int[] shape = weights.get(name).shape();
    if (shape.length != rank) {
      throw new CheckpointException(
          weights.source(), -1, name + " has shape " + Arrays.toString(shape));
    }
    return shape;
  }
}
