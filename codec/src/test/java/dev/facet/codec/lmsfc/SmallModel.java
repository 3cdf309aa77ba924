package dev.facet.codec.lmsfc;

import dev.facet.codec.CodecConfig;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelDescription;
import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.testing.RandomWeights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A model with random weights, and pyramids for it.
 *
 * @param gains rows of the gain vectors, or 0 for the codec without
 */
record SmallModel(long seed, int features, int latent, boolean context, int gains) {
  Checkpoint weights() {
    return RandomWeights.lmsfc(seed, features, latent, context, gains);
  }

  CodecId kind() {
    return gains == 0 ? CodecId.LMSFC : CodecId.LMSFC_GAIN;
  }

  CodecConfig config() {
    return new CodecConfig(
        features, latent, context, Math.max(1, gains), CodecConfig.DEFAULT_TABLES);
  }

  LmsfcCodec codec(Backend backend) throws IOException {
    return codec(backend, weights(), StreamLimits.DEFAULT);
  }

  LmsfcCodec codec(Backend backend, Checkpoint weights, StreamLimits limits) throws IOException {
    return new LmsfcCodec(pack(kind(), config(), weights), backend, false, limits);
  }

  static ModelPack pack(CodecId kind, CodecConfig config, Checkpoint weights) throws IOException {
    return ModelPack.of(
        new ModelDescription(
            "random", kind, config, List.of(), Map.of(), "", Map.of(), Optional.empty()),
        weights);
  }

  /** All trained levels and some between them. */
  List<Quality> qualities() {
    List<Quality> qualities = new ArrayList<>();
    for (int steps = 0; steps <= (config().qualities() - 1) * Quality.STEPS; steps += 8) {
      qualities.add(new Quality(steps));
    }
    return qualities;
  }

  /** Smooth in space with some noise, ceil halves. */
  FeaturePyramid pyramid(long inputSeed, int height, int width) {
    return pyramid(inputSeed, LevelShape.halves(new LevelShape(height, width), 4));
  }

  FeaturePyramid pyramid(long inputSeed, List<LevelShape> shapes) {
    Random random = new Random(inputSeed);
    List<Tensor> levels = new ArrayList<>();
    for (LevelShape shape : shapes) {
      Tensor level = Tensor.zeros(shape.height(), shape.width(), features);
      double phase = 6 * random.nextDouble();
      for (int i = 0; i < level.data().length; i++) {
        int row = i / features / shape.width();
        int column = i / features % shape.width();
        double wave = StrictMath.sin(phase + 0.2 * row + 0.3 * column + i % features);
        level.data()[i] = (float) (2 * wave + random.nextDouble() - 0.5);
      }
      levels.add(level);
    }
    return FeaturePyramid.of(levels);
  }

  /** A checkpoint with tensors replaced or added. */
  static Checkpoint with(Checkpoint checkpoint, Collection<CheckpointTensor> changed)
      throws IOException {
    List<CheckpointTensor> all = new ArrayList<>(changed);
    for (CheckpointTensor tensor : checkpoint.tensors()) {
      if (changed.stream().noneMatch(other -> other.name().equals(tensor.name()))) {
        all.add(tensor);
      }
    }
    return Checkpoint.of("changed", all);
  }

  /** A checkpoint without a tensor. */
  static Checkpoint without(Checkpoint checkpoint, String name) throws IOException {
    return Checkpoint.of(
        "changed", checkpoint.tensors().stream().filter(t -> !t.name().equals(name)).toList());
  }
}
