package dev.facet.testing;

import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Layers with random weights under torchvision's names, such that signals neither vanish nor grow. */
final class RandomLayers {
  private final SplittableRandom random;
  private final float gain;
  private final List<CheckpointTensor> tensors = new ArrayList<>();

  /**
   * @param gain of the layers with a bias: their weights are at most this, divided by the root of the inputs
   */
  RandomLayers(long seed, float gain) {
    random = new SplittableRandom(seed);
    this.gain = gain;
  }

  /** All layers. */
  Checkpoint checkpoint() {
    try {
      return Checkpoint.of("tiny", tensors);
    } catch (CheckpointException e) {
      throw new AssertionError(e);
    }
  }

  /** A stage of a ResNet of basic blocks: one block, with a projection but in the first stage. */
  void basicBlock(String block, int out, int in, boolean projected) {
    normalised(block + ".conv1", block + ".bn1", out, in, 3);
    normalised(block + ".conv2", block + ".bn2", out, out, 3);
    if (projected) {
      normalised(block + ".downsample.0", block + ".downsample.1", out, in, 1);
    }
  }

  void normalised(String conv, String norm, int out, int in, int kernel) {
    add(conv + ".weight", 2f / (float) Math.sqrt(in * kernel * kernel), 0, out, in, kernel, kernel);
    add(norm + ".weight", 0.2f, 1, out);
    add(norm + ".bias", 0.1f, 0, out);
    add(norm + ".running_mean", 0.1f, 0, out);
    add(norm + ".running_var", 0.3f, 1, out);
  }

  void weighted(String name, int... shape) {
    int fanIn = 1;
    for (int d = 1; d < shape.length; d++) {
      fanIn *= shape[d];
    }
    add(name + ".weight", gain / (float) Math.sqrt(fanIn), 0, shape);
    add(name + ".bias", 0.1f, 0, shape[0]);
  }

  void add(String name, float spread, float centre, int... shape) {
    int count = 1;
    for (int side : shape) {
      count *= side;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = centre + spread * (2 * (float) random.nextDouble() - 1);
    }
    tensors.add(CheckpointTensor.ofFloats(name, values, shape));
  }
}
