package dev.facet.eval.experiment;

import dev.facet.codec.CodecOptions;
import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.Quality;
import dev.facet.codec.anchor.ImageCodec;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoCodecs;
import dev.facet.codec.video.VideoStandard;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Contenders that need no model: feature and image anchors and the like, over the video codecs at hand. */
public final class Anchors {
  private final CodecOptions options;
  private final SplitDetector detector;

  /**
   * @param options how the codecs encode; which video standard is said for each
   * @param detector whose features are coded
   */
  public Anchors(CodecOptions options, SplitDetector detector) {
    this.options = options;
    this.detector = detector;
  }

  /**
   * One of them, named {@code anchor-hevc} and so on.
   *
   * @param codec one without a model
   * @param qualities QPs; null for the codec's own
   * @throws VideoCodecException if the standard cannot be encoded here; the line says what to install
   * @throws IllegalArgumentException if there is no such QP
   */
  public Contender of(CodecId codec, VideoStandard standard, @Nullable List<Quality> qualities)
      throws VideoCodecException {
    String key = standard.label() + " by " + options.videoCodecs().encoder(standard).description();
    key += options.bitDepth().isPresent() ? ", bits " + options.bitDepth().getAsInt() : "";
    key += options.range().isPresent() ? ", " + options.range().get() : "";
    String name = codec.kind() + "-" + standard.label();
    FeatureCodec opened = FeatureCodecs.open(codec, options.withVideo(standard));
    List<Quality> chosen = qualities == null ? opened.qualities() : qualities;
    return opened instanceof ImageCodec pictures
        ? Contender.ofPictures(name, key, pictures, detector, chosen)
        : Contender.of(name, key, opened, chosen);
  }

  /**
   * The standards that the papers' anchors use and that can be encoded here; JPEG 2000 where there is no other.
   *
   * @throws VideoCodecException if there is not even that
   */
  public static List<VideoStandard> standards(VideoCodecs codecs) throws VideoCodecException {
    List<VideoStandard> standards = new ArrayList<>();
    for (VideoStandard standard : List.of(VideoStandard.VVC, VideoStandard.HEVC)) {
      if (codecs.find(standard).codec().filter(c -> c.cannotEncode().isEmpty()).isPresent()) {
        standards.add(standard);
      }
    }
    return standards.isEmpty() ? List.of(codecs.best()) : standards;
  }
}
