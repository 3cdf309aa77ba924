package dev.facet.eval.experiment;

import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.LevelError;
import dev.facet.codec.ModelCodec;
import dev.facet.codec.Quality;
import dev.facet.codec.anchor.ImageCodec;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;

/**
 * A codec in a comparison: what it makes of a picture and its features.
 *
 * @param name in tables, such as {@code lmsfc-gain} or {@code anchor-hevc}
 * @param key everything that its results depend on, as text: what was measured under another key is measured again
 * @param qualities at least one, no two alike
 * @param coder does it; thread-safe
 */
public record Contender(String name, String key, List<Quality> qualities, Coder coder) {
  /** From a picture and the features on the camera's side to bytes, and to the features that the server's head gets. */
  @FunctionalInterface
  public interface Coder {
    /**
     * Encodes to real bytes and decodes them.
     *
     * @param features of the sample's picture, uncompressed
     * @throws IOException if it fails; the message names the sample
     */
    RoundTrip code(Sample sample, FeaturePyramid features, Quality quality) throws IOException;
  }

  /**
   * @throws IllegalArgumentException if there is no quality
   */
  public Contender {
    if (qualities.isEmpty()) {
      throw new IllegalArgumentException("no quality: at least one is needed");
    }
    qualities = qualities.stream().distinct().toList();
  }

  /**
   * A codec of features.
   *
   * @param key what the codec is besides its name and model, such as the video encoder with its version
   * @throws IllegalArgumentException if the codec does not have a quality
   */
  public static Contender of(String name, String key, FeatureCodec codec, List<Quality> qualities) {
    qualities.forEach(codec::requireQuality);
    return new Contender(
        name,
        key + model(codec),
        qualities,
        (sample, features, quality) ->
            RoundTrip.of(codec, sample.labels().file().toString(), features, quality));
  }

  /** A pack's codec, under the name of its kind. */
  public static Contender of(ModelCodec codec, List<Quality> qualities) {
    return of(codec.pack().kind().kind(), "", codec, qualities);
  }

  private static String model(FeatureCodec codec) {
    return " "
        + codec.identity().codec().kind()
        + " "
        + HexFormat.of().formatHex(codec.identity().modelDigest());
  }

  /**
   * The picture itself, coded: the whole network runs on the server. The errors are those of its features there.
   *
   * @param detector whose backbone runs on decoded pictures; its time is not the codec's
   * @throws IllegalArgumentException if the codec does not have a quality
   */
  public static Contender ofPictures(
      String name, String key, ImageCodec codec, SplitDetector detector, List<Quality> qualities) {
    qualities.forEach(codec::requireQuality);
    return new Contender(
        name,
        key + model(codec),
        qualities,
        (sample, features, quality) -> {
          RoundTrip trip =
              RoundTrip.of(
                  codec,
                  sample.labels().file().toString(),
                  ImageCodec.pyramid(sample.picture().tensor()),
                  quality);
          FeaturePyramid decoded = detector.features(trip.decoded().level(0));
          List<LevelError> errors = features.compare(decoded);
          return new RoundTrip(
              trip.bytes(), decoded, errors, trip.encodeSeconds(), trip.decodeSeconds());
        });
  }

  /** How many results a picture has. */
  int steps() {
    return qualities.size();
  }
}
