package dev.facet.codec.internal;

import dev.facet.codec.CodecConfig;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelDescription;
import dev.facet.codec.ModelPack;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.LevelShape;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A complete L-MSFC model with seeded random weights, and pyramids for it, so that whole models can be run
 * where no file is at hand. The same everywhere: the numbers come from the generator that {@link Random} specifies, and double
 * arithmetic in a fixed order with {@link StrictMath}, rounded once.
 *
 * @param seed of the weights
 * @param features F, channels of each level
 * @param latent M, at least 2
 * @param hidden channels above the latent's resolution, at least 2
 * @param context with the context model
 * @param gains rows of the gain vectors, or 0 for the codec without
 */
public record RandomModel(
    long seed, int features, int latent, int hidden, boolean context, int gains) {
  /** M channels in all hidden layers. */
  public RandomModel(long seed, int features, int latent, boolean context, int gains) {
    this(seed, features, latent, latent, context, gains);
  }

  /** A checkpoint as {@code torch.save} would hold it, without tables. */
  public Checkpoint weights() {
    return RandomWeights.lmsfc(this);
  }

  /** The codec: with gains the variable-rate one. */
  public CodecId kind() {
    return gains == 0 ? CodecId.LMSFC : CodecId.LMSFC_GAIN;
  }

  /** Sizes of the codec. */
  public CodecConfig config() {
    return new CodecConfig(
        features, latent, hidden, context, Math.max(1, gains), CodecConfig.DEFAULT_TABLES);
  }

  /** A pack in memory that states no digest. */
  public ModelPack pack() throws IOException {
    return ModelPack.of(
        new ModelDescription(
            "random", kind(), config(), List.of(), Map.of(), "", Map.of(), Optional.empty()),
        weights());
  }

  /** Features: waves in space with some noise, other waves in each channel. */
  public FeaturePyramid pyramid(long inputSeed, List<LevelShape> shapes) {
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
}
