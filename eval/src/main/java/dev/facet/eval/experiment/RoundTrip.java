package dev.facet.eval.experiment;

import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeatureException;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.LevelError;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.StreamException;
import java.io.IOException;
import java.util.List;

/**
 * A pyramid encoded to a stream and decoded again.
 *
 * @param bytes of the stream, header and checks included
 * @param decoded what the stream gives
 * @param errors of each level
 */
public record RoundTrip(
    int bytes,
    FeaturePyramid decoded,
    List<LevelError> errors,
    double encodeSeconds,
    double decodeSeconds) {
  /**
   * Makes one.
   *
   * @param name of the pyramid, for messages
   * @throws IOException if the pyramid cannot be coded, or its stream does not decode
   * @throws IllegalArgumentException if the codec does not have the quality
   */
  public static RoundTrip of(
      FeatureCodec codec, String name, FeaturePyramid pyramid, Quality quality) throws IOException {
    try {
      long start = System.nanoTime();
      byte[] stream = codec.encode(pyramid, quality);
      long encoded = System.nanoTime();
      FeaturePyramid decoded = codec.decode(stream);
      long end = System.nanoTime();
      return new RoundTrip(
          stream.length,
          decoded,
          pyramid.compare(decoded),
          (encoded - start) * 1e-9,
          (end - encoded) * 1e-9);
    } catch (FeatureException e) {
      throw new IOException(name + ": " + e.getMessage(), e);
    } catch (StreamException e) {
      throw new IOException(name + ": does not decode again: " + e.getMessage(), e);
    }
  }

  /** The same without the features: what is kept of every picture. */
  RateDistortion.Entry entry() {
    return new RateDistortion.Entry(bytes, errors, encodeSeconds, decodeSeconds);
  }
}
