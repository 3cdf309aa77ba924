package dev.facet.entropy;

import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.testing.FormulaFill;
import dev.facet.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tables and factorized priors out of golden files. */
final class GoldenTables {
  private static final String PREFIX = "entropy_bottleneck.";

  private GoldenTables() {}

  /** The table {@code prefix + name} with its lengths and offsets. */
  static CdfTable stored(Checkpoint file, String prefix, String name) throws CheckpointException {
    CheckpointTensor cdf = file.get(prefix + name);
    return CdfTable.ofPadded(
        cdf.ints(),
        cdf.shape()[1],
        file.get(prefix + "cdf_length").ints(),
        file.get(prefix + "offset").ints());
  }

  /** Parameters of the factorized prior of a full-size model of section A. */
  static Checkpoint fullSizeParameters(String model) throws CheckpointException {
    String recipe = "a/" + model + "/recipe.json";
    List<CheckpointTensor> tensors = new ArrayList<>();
    for (Object entry : (List<?>) Golden.json(recipe).get("entries")) {
      Map<?, ?> map = (Map<?, ?>) entry;
      if (map.get("key").toString().startsWith(PREFIX) && "f32".equals(map.get("dtype"))) {
        tensors.add(FormulaFill.tensor(map));
      }
    }
    return Checkpoint.of(recipe, tensors).under(PREFIX);
  }

  /** Parameters of the factorized prior of a checkpoint with v1.1.5 key names. */
  static Checkpoint parameters(Checkpoint checkpoint) {
    return checkpoint.under(PREFIX);
  }

  /** Builds the tables from parameters named as in CompressAI v1.1.5. */
  static EntropyBottleneck bottleneck(Checkpoint parameters) throws CheckpointException {
    float[][] matrices = new float[5][];
    float[][] biases = new float[5][];
    float[][] factors = new float[4][];
    for (int i = 0; i < 5; i++) {
      matrices[i] = parameters.get("_matrix" + i).floats();
      biases[i] = parameters.get("_bias" + i).floats();
      if (i < 4) {
        factors[i] = parameters.get("_factor" + i).floats();
      }
    }
    float[] quantiles = parameters.get("quantiles").floats();
    return EntropyBottleneck.ofParameters(
        quantiles.length / 3, matrices, biases, factors, quantiles);
  }
}
