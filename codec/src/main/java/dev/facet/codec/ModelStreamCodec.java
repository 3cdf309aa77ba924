package dev.facet.codec;

import dev.facet.codec.stream.StreamFrame;
import dev.facet.codec.stream.StreamLimits;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A {@link StreamCodec} of a model pack, which says the number of levels, their channels and the qualities. */
public abstract class ModelStreamCodec extends StreamCodec implements ModelCodec {
  private final ModelPack pack;

  /**
   * A codec of a pack.
   *
   * @param limits what its decoder accepts
   */
  protected ModelStreamCodec(ModelPack pack, StreamLimits limits) {
    super(limits);
    this.pack = pack;
  }

  @Override
  public final ModelPack pack() {
    return pack;
  }

  @Override
  public List<Quality> qualities() {
    return IntStream.range(0, pack.config().qualities()).mapToObj(Quality::of).toList();
  }

  @Override
  public Quality requireQuality(Quality quality) {
    return quality.requireIn(pack.config());
  }

  @Override
  public int[] channels(StreamFrame frame) {
    int[] channels = new int[frame.shapes().size()];
    Arrays.fill(channels, pack.config().features());
    return channels;
  }

  @Override
  protected void requireLevels(FeaturePyramid pyramid) throws FeatureException {
    int levels = pack.kind().levels();
    if (pyramid.size() != levels) {
      throw new FeatureException(
          String.format(
              Locale.ROOT, "%d levels given, %s codes %d", pyramid.size(), pack.name(), levels));
    }
    for (int i = 0; i < levels; i++) {
      if (pyramid.level(i).channels() != pack.config().features()) {
        throw new FeatureException(
            String.format(
                Locale.ROOT,
                "%s has %d channels, %s codes %d: use the backbone the model was trained with",
                pyramid.name(i),
                pyramid.level(i).channels(),
                pack.name(),
                pack.config().features()));
      }
    }
    super.requireLevels(pyramid);
  }
}
