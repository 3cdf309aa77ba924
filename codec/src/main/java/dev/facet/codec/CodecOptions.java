package dev.facet.codec;

import dev.facet.codec.stream.StreamLimits;
import dev.facet.codec.video.VideoCodecs;
import dev.facet.codec.video.VideoStandard;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a codec without a model encodes. Streams hold what decoding takes, so of all this a decoder uses the video codecs and the
 * limits alone.
 *
 * @param videoCodecs those at hand
 * @param video the standard to encode with; empty for the first of {@link VideoStandard} that is at hand
 * @param bitDepth of the coded pictures, 8 or 10; empty for the codec's own
 * @param range of all levels, for codecs that quantise linearly (that of a data set, as in MPEG's feature anchors: what lies outside is
 *     clipped); empty for each level's own
 * @param limits what the codec accepts
 */
public record CodecOptions(
    VideoCodecs videoCodecs,
    Optional<VideoStandard> video,
    OptionalInt bitDepth,
    Optional<FeatureRange> range,
    StreamLimits limits) {
  /** Checks the bit depth. */
  public CodecOptions {
    int bits = bitDepth.orElse(8);
    if (bits != 8 && bits != 10) {
      throw new IllegalArgumentException("bit depth " + bits + " is neither 8 nor 10");
    }
  }

  /** The installed video codecs, the codec's own choices, the default limits. */
  public static CodecOptions standard() {
    return new CodecOptions(
        VideoCodecs.installed(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        StreamLimits.DEFAULT);
  }

  /** The same with another video standard. */
  public CodecOptions withVideo(VideoStandard standard) {
    return new CodecOptions(videoCodecs, Optional.of(standard), bitDepth, range, limits);
  }

  /** The same with another bit depth. */
  public CodecOptions withBitDepth(int bits) {
    return new CodecOptions(videoCodecs, video, OptionalInt.of(bits), range, limits);
  }

  /** The same with one range for all levels. */
  public CodecOptions withRange(FeatureRange of) {
    return new CodecOptions(videoCodecs, video, bitDepth, Optional.of(of), limits);
  }

  /** The same with other video codecs. */
  public CodecOptions withVideoCodecs(VideoCodecs codecs) {
    return new CodecOptions(codecs, video, bitDepth, range, limits);
  }

  /** The same with other limits. */
  public CodecOptions withLimits(StreamLimits accepted) {
    return new CodecOptions(videoCodecs, video, bitDepth, range, accepted);
  }
}
