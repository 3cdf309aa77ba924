package dev.facet.codec;

import dev.facet.codec.lmsfc.LmsfcCodec;
import dev.facet.codec.lmsfc.LmsfcComplexity;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.io.IOException;
import java.util.Map;

/** Opens the codec of a model pack. */
public final class FeatureCodecs {
  private FeatureCodecs() {}

  private static CodecId kind(ModelPack pack) throws ModelPackException {
    if (!pack.hasCodec()) {
      throw new ModelPackException(
          pack.path(), "has a detector but no codec: name a pack with a codec");
    }
    return pack.kind();
  }

  /**
   * Opens with the backend that {@link Backends#open()} chooses and the default limits. Closing the codec
   * closes the backend.
   *
   * @throws IOException if the pack lacks weights, or its digest is not the one it states
   * @throws IllegalStateException if a forced backend cannot run here
   */
  public static FeatureCodec open(ModelPack pack) throws IOException {
    Backend backend = Backends.open();
    try {
      return open(pack, backend, true, StreamLimits.DEFAULT);
    } catch (IOException | RuntimeException | Error e) {
      backend.close();
      throw e;
    }
  }

  /**
   * Opens with a given backend, which stays open when the codec is closed, and the default limits.
   *
   * @throws IOException if the pack lacks weights, or its digest is not the one it states
   */
  public static FeatureCodec open(ModelPack pack, Backend backend) throws IOException {
    return open(pack, backend, false, StreamLimits.DEFAULT);
  }

  /**
   * Opens with given backend and limits.
   *
   * @param owned whether closing the codec closes the backend
   * @param limits what its decoder accepts
   * @throws IOException if the pack lacks weights, or its digest is not the one it states
   */
  public static FeatureCodec open(
      ModelPack pack, Backend backend, boolean owned, StreamLimits limits) throws IOException {
    return switch (kind(pack)) {
      case LMSFC, LMSFC_GAIN -> new LmsfcCodec(pack, backend, owned, limits);
    };
  }

  /**
   * What a pack's networks cost: thousands of multiply-adds (kMAC) for each image pixel, by part.
   *
   * @throws IOException if the pack lacks weights
   */
  public static Map<String, Double> complexity(ModelPack pack) throws IOException {
    return switch (kind(pack)) {
      case LMSFC, LMSFC_GAIN -> LmsfcComplexity.of(pack.weights());
    };
  }
}
