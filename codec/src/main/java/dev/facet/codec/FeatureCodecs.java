package dev.facet.codec;

import dev.facet.codec.anchor.AnchorCodec;
import dev.facet.codec.anchor.ImageCodec;
import dev.facet.codec.lmsfc.LmsfcCodec;
import dev.facet.codec.lmsfc.LmsfcComplexity;
import dev.facet.codec.logquant.LogquantCodec;
import dev.facet.codec.pca.PcaCodec;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.io.IOException;
import java.util.Map;

/** Opens codecs: of a model pack, or without a model. */
public final class FeatureCodecs {
  private FeatureCodecs() {}

  /**
   * Opens a codec without a model. One for decoding takes {@link CodecOptions#standard()}.
   *
   * @throws IllegalArgumentException if the codec has a model
   */
  public static FeatureCodec open(CodecId codec, CodecOptions options) {
    return switch (codec) {
      case LMSFC, LMSFC_GAIN ->
          throw new IllegalArgumentException(codec.kind() + " needs a model pack");
      case ANCHOR -> new AnchorCodec(options);
      case IMAGE -> new ImageCodec(options);
      case LOGQUANT -> new LogquantCodec(options);
      case PCA -> new PcaCodec(options);
    };
  }

  private static CodecId kind(ModelPack pack) throws ModelPackException {
    if (!pack.hasCodec()) {
      throw new ModelPackException(
          pack.path(),
          "has a " + pack.description().kindName() + " but no codec: name a pack with a codec");
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
  public static ModelCodec open(ModelPack pack) throws IOException {
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
  public static ModelCodec open(ModelPack pack, Backend backend) throws IOException {
    return open(pack, backend, false, StreamLimits.DEFAULT);
  }

  /**
   * Opens with given backend and limits.
   *
   * @param owned whether closing the codec closes the backend
   * @param limits what its decoder accepts
   * @throws IOException if the pack lacks weights, or its digest is not the one it states
   */
  public static ModelCodec open(ModelPack pack, Backend backend, boolean owned, StreamLimits limits)
      throws IOException {
    return switch (kind(pack)) {
      case LMSFC, LMSFC_GAIN -> new LmsfcCodec(pack, backend, owned, limits);
      case ANCHOR, IMAGE, LOGQUANT, PCA -> throw new AssertionError("no pack has this codec");
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
      case ANCHOR, IMAGE, LOGQUANT, PCA -> throw new AssertionError("no pack has this codec");
    };
  }
}
