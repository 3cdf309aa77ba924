package dev.facet.codec.lmsfc;

import dev.facet.codec.CodecConfig;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelDescription;
import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.codec.internal.RandomModel;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.Backend;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A {@link RandomModel} as the tests use it.
 *
 * @param gains rows of the gain vectors, or 0 for the codec without
 */
record SmallModel(long seed, int features, int latent, int hidden, boolean context, int gains) {
  /** M channels in all hidden layers. */
  SmallModel(long seed, int features, int latent, boolean context, int gains) {
    this(seed, features, latent, latent, context, gains);
  }

  private RandomModel model() {
    return new RandomModel(seed, features, latent, hidden, context, gains);
  }

  Checkpoint weights() {
    return model().weights();
  }

  CodecId kind() {
    return model().kind();
  }

  CodecConfig config() {
    return model().config();
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
    return model().pyramid(inputSeed, shapes);
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
