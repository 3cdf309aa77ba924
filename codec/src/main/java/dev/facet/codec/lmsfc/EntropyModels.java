package dev.facet.codec.lmsfc;

import dev.facet.entropy.CdfTable;
import dev.facet.entropy.EntropyBottleneck;
import dev.facet.entropy.GaussianConditional;
import dev.facet.entropy.GaussianVariant;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The integer tables of a checkpoint, and where they come from: a checkpoint on which {@code update()} was called carries
 * them; published ones do not, so that they are built, the Gaussian ones from a named variant (peers.md 2.3, the reference's own tables
 * depend on its torch version and CPU).
 */
final class EntropyModels {
  private static final String BOTTLENECK = "entropy_bottleneck.";
  private static final String GAUSSIAN = "gaussian_conditional.";
  private static final int LAYERS = 5;

  /** Rows of a table and its widest row; more is not a table but an attack on memory. */
  private static final int MAX_ROWS = 4096;

  private final Checkpoint checkpoint;
  private final EntropyBottleneck bottleneck;
  private final GaussianConditional gaussian;

  /**
   * Reads or builds both tables.
   *
   * @param gaussianTables the variant to build if the checkpoint has no Gaussian tables
   * @throws CheckpointException if parameters are missing or tables are not valid
   */
  EntropyModels(Checkpoint checkpoint, String gaussianTables) throws CheckpointException {
    this.checkpoint = checkpoint;
    try {
      bottleneck = bottleneck();
      gaussian = gaussian(gaussianTables);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(checkpoint.source(), -1, String.valueOf(e.getMessage()));
    }
  }

  EntropyBottleneck entropyBottleneck() {
    return bottleneck;
  }

  GaussianConditional gaussianConditional() {
    return gaussian;
  }

  /** The tables under the checkpoint's names, to be stored in a pack and covered by its digest. */
  List<CheckpointTensor> tensors() {
    List<CheckpointTensor> tensors = new ArrayList<>();
    float[] scales = gaussian.scaleTable();
    tensors.add(CheckpointTensor.ofFloats(GAUSSIAN + "scale_table", scales, scales.length));
    add(tensors, GAUSSIAN, gaussian.table());
    add(tensors, BOTTLENECK, bottleneck.table());
    return tensors;
  }

  private static void add(List<CheckpointTensor> tensors, String prefix, CdfTable table) {
    int rows = table.rows();
    int[] lengths = new int[rows];
    int[] offsets = new int[rows];
    Arrays.setAll(lengths, table::length);
    Arrays.setAll(offsets, table::offset);
    tensors.add(
        CheckpointTensor.ofInts(prefix + "_quantized_cdf", table.toPadded(), rows, table.width()));
    tensors.add(CheckpointTensor.ofInts(prefix + "_cdf_length", lengths, rows));
    tensors.add(CheckpointTensor.ofInts(prefix + "_offset", offsets, rows));
  }

  private EntropyBottleneck bottleneck() throws CheckpointException {
    CheckpointTensor quantiles = checkpoint.get(BOTTLENECK + "quantiles");
    int channels = quantiles.elements() / 3;
    float[] values = checkpoint.floats(quantiles.name(), channels, 1, 3);
    if (hasTables(BOTTLENECK)) {
      float[] medians = new float[channels];
      for (int c = 0; c < channels; c++) {
        medians[c] = values[3 * c + 1];
      }
      return EntropyBottleneck.of(medians, table(BOTTLENECK, channels));
    }
    return EntropyBottleneck.ofParameters(
        channels,
        parameters("_matrix", LAYERS, channels),
        parameters("_bias", LAYERS, channels),
        parameters("_factor", LAYERS - 1, channels),
        values);
  }

  private GaussianConditional gaussian(String variant) throws CheckpointException {
    if (hasTables(GAUSSIAN)) {
      float[] scales = checkpoint.get(GAUSSIAN + "scale_table").floats();
      return GaussianConditional.of(scales, table(GAUSSIAN, scales.length));
    }
    return GaussianConditional.of(
        GaussianVariant.byId(variant)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    String.format(
                        Locale.ROOT,
                        "no Gaussian tables in the checkpoint, and no variant '%s' to build them: take one of %s",
                        variant,
                        Arrays.stream(GaussianVariant.values())
                            .map(GaussianVariant::id)
                            .toList()))));
  }

  private boolean hasTables(String prefix) throws CheckpointException {
    String name = prefix + "_quantized_cdf";
    return checkpoint.contains(name) && checkpoint.get(name).elements() > 0;
  }

  private CdfTable table(String prefix, int rows) throws CheckpointException {
    CheckpointTensor cdf = checkpoint.get(prefix + "_quantized_cdf");
    int[] shape = cdf.shape();
    if (shape.length != 2 || shape[0] != rows || rows > MAX_ROWS) {
      throw new CheckpointException(
          checkpoint.source(),
          -1,
          String.format(
              Locale.ROOT,
              "%s has shape %s, %d rows are needed",
              cdf.name(),
              Arrays.toString(shape),
              rows));
    }
    return CdfTable.ofPadded(
        cdf.ints(),
        shape[1],
        checkpoint.ints(prefix + "_cdf_length", rows),
        checkpoint.ints(prefix + "_offset", rows));
  }

  /** Parameters of all layers, each (channels, out, in) or (channels, out, 1). */
  private float[][] parameters(String name, int layers, int channels) throws CheckpointException {
    float[][] values = new float[layers][];
    for (int i = 0; i < layers; i++) {
      CheckpointTensor tensor = checkpoint.get(BOTTLENECK + name + i);
      int[] shape = tensor.shape();
      if (shape.length != 3 || shape[0] != channels) {
        throw new CheckpointException(
            checkpoint.source(),
            -1,
            String.format(
                Locale.ROOT,
                "%s has shape %s, 3 dimensions are needed, the first of %d",
                tensor.name(),
                Arrays.toString(shape),
                channels));
      }
      values[i] = tensor.floats();
    }
    return values;
  }
}
