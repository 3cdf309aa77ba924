package dev.facet.eval.experiment;

import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeSet;

/** What a network's results depend on, in 64 hexadecimal digits. */
final class CheckpointDigest {
  private CheckpointDigest() {}

  /**
   * SHA-256 over a description and the weights.
   *
   * @throws CheckpointException if a weight's file is damaged
   */
  static String of(String description, Checkpoint checkpoint) throws CheckpointException {
    MessageDigest sha;
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    sha.update(description.getBytes(StandardCharsets.UTF_8));
    for (String key : new TreeSet<>(checkpoint.names())) {
      CheckpointTensor tensor = checkpoint.get(key);
      sha.update((key + Arrays.toString(tensor.shape())).getBytes(StandardCharsets.UTF_8));
      if (tensor.dtype().isFloat()) {
        float[] values = tensor.floats();
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
        bytes.asFloatBuffer().put(values);
        sha.update(bytes);
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }
}
