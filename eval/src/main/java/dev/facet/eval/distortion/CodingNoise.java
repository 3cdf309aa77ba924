package dev.facet.eval.distortion;

import dev.facet.codec.CodecOptions;
import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeatureException;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.FeatureRange;
import dev.facet.codec.Quality;
import dev.facet.codec.anchor.AnchorCodec;
import dev.facet.codec.anchor.ImageCodec;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.video.VideoCodecs;
import dev.facet.codec.video.VideoStandard;
import dev.facet.nn.Tensor;
import java.io.IOException;

/**
 * What a video codec leaves of it. The channels of a feature map are tiled into one monochrome picture of 8 bits; a picture is coded
 * in 4:2:0.
 *
 * @param codecs those at hand
 * @param standard one of them, which can encode
 * @param qp quantisation parameter, 0 to {@link VideoStandard#maxQp()}
 */
public record CodingNoise(VideoCodecs codecs, VideoStandard standard, int qp)
    implements Distortion {
  private static final int BITS = 8;

  /**
   * @throws IllegalArgumentException if the standard does not have the QP
   */
  public CodingNoise {
    if (qp < 0 || qp > standard.maxQp()) {
      throw new IllegalArgumentException(
          "QP " + qp + ": " + standard.label() + " has 0 to " + standard.maxQp());
    }
  }

  @Override
  public Tensor apply(Tensor x, long seed) throws IOException {
    try (FeatureCodec codec =
        new AnchorCodec(options().withBitDepth(BITS).withRange(new FeatureRange(0, PEAK)))) {
      return code(codec, FeaturePyramid.of(x));
    }
  }

  @Override
  public Tensor applyToPicture(Tensor rgb, long seed) throws IOException {
    Tensor unit = rgb.copy();
    for (int i = 0; i < unit.data().length; i++) {
      unit.data()[i] /= PEAK;
    }
    try (FeatureCodec codec = new ImageCodec(options())) {
      Tensor decoded = code(codec, ImageCodec.pyramid(unit)).copy();
      for (int i = 0; i < decoded.data().length; i++) {
        decoded.data()[i] *= PEAK;
      }
      return decoded;
    }
  }

  private CodecOptions options() {
    return CodecOptions.standard().withVideoCodecs(codecs).withVideo(standard);
  }

  private Tensor code(FeatureCodec codec, FeaturePyramid pyramid) throws IOException {
    try {
      return codec.decode(codec.encode(pyramid, Quality.of(qp))).level(0);
    } catch (FeatureException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    } catch (StreamException e) {
      throw new IOException("does not decode again: " + e.getMessage(), e);
    }
  }

  @Override
  public String describe() {
    return "QP=" + qp;
  }
}
