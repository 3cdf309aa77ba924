package dev.facet.codec;

import dev.facet.codec.stream.CodecId;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.checkpoint.CompressAiKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The name of a model: SHA-256 over everything that its streams depend on, whatever files hold it.
 *
 * <p>The bytes, all numbers little-endian int32 unless said otherwise:
 *
 * <ol>
 *   <li>the ASCII text {@code facet-model-1}, length of the codec's name, the name (UTF-8);
 *   <li>features, latent, context (0 or 1), qualities;
 *   <li>number of tensors; then each of them, in the order of their names as UTF-16: length of the name in
 *       UTF-8 bytes, the name, 0 for float32 or 1 for int32, rank, sizes, elements row-major as float32 or
 *       int32.
 * </ol>
 *
 * <p>The tensors are the weights under their names of CompressAI 1.1.5 and the tables that the codec codes
 * with. Tables that a checkpoint happens to store, and buffers that are constants of the architecture,
 * are left out. Floating point of any storage type is widened to float32 first, so a pack stored as
 * float16 and the same values stored as float32 have one digest. The name of the Gaussian tables' variant is
 * not covered: the tables are.
 */
public final class ModelDigest {
  private static final String START = "facet-model-1";

  /** What names of constants contain. */
  private static final List<String> CONSTANTS =
      List.of("_reparam.", "likelihood_lower_bound", "lower_bound_scale");

  /** Last parts of names of constants and tables. */
  private static final Set<String> OTHERS =
      Set.of(
          "mask",
          "target",
          "scale_bound",
          "_quantized_cdf",
          "_cdf_length",
          "_offset",
          "scale_table");

  private ModelDigest() {}

  /**
   * The 32 bytes.
   *
   * @param weights a codec's checkpoint, any spelling of the keys
   * @param tables the tables that the codec codes with
   * @throws CheckpointException if a tensor occurs twice, or an integer does not fit 32 bits
   */
  public static byte[] of(
      CodecId kind, CodecConfig config, Checkpoint weights, List<CheckpointTensor> tables)
      throws CheckpointException {
    NavigableMap<String, CheckpointTensor> sorted = new TreeMap<>();
    for (CheckpointTensor tensor : weights.tensors()) {
      String name = CompressAiKeys.canonical(tensor.name());
      if (isWeight(name)) {
        put(sorted, name, tensor, weights.source());
      }
    }
    for (CheckpointTensor table : tables) {
      put(sorted, table.name(), table, weights.source());
    }
    MessageDigest sha = Sha256.create();
    sha.update(START.getBytes(StandardCharsets.US_ASCII));
    updateName(sha, kind.kind());
    Sha256.update(
        sha,
        config.features(),
        config.latent(),
        config.context() ? 1 : 0,
        config.qualities(),
        sorted.size());
    for (var entry : sorted.entrySet()) {
      updateName(sha, entry.getKey());
      CheckpointTensor tensor = entry.getValue();
      int[] shape = tensor.shape();
      Sha256.update(sha, tensor.dtype().isFloat() ? 0 : 1, shape.length);
      Sha256.update(sha, shape);
      if (tensor.dtype().isFloat()) {
        tensor.forEachFloats((values, n) -> Sha256.update(sha, values, n));
      } else {
        Sha256.update(sha, tensor.ints());
      }
    }
    return sha.digest();
  }

  /** Whether a tensor of this name is a weight: neither a table nor a constant of the architecture. */
  public static boolean isWeight(String name) {
    return !OTHERS.contains(name.substring(name.lastIndexOf('.') + 1))
        && CONSTANTS.stream().noneMatch(name::contains);
  }

  private static void put(
      Map<String, CheckpointTensor> sorted, String name, CheckpointTensor tensor, String source)
      throws CheckpointException {
    if (sorted.putIfAbsent(name, tensor) != null) {
      throw new CheckpointException(source, -1, "two tensors are named " + name);
    }
  }

  private static void updateName(MessageDigest sha, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    Sha256.update(sha, bytes.length);
    sha.update(bytes);
  }
}
