package dev.facet.codec;

import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.PayloadReader;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamIdentity;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import dev.facet.codec.video.VideoStandard;
import dev.facet.nn.Backend;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A codec without a model that turns features into pictures, and codes those as video. Its quality is the QP: a whole number from 0
 * on, of which larger ones make smaller streams. Its payloads begin with the byte of the {@link VideoStandard}.
 */
public abstract class VideoStreamCodec extends StreamCodec {
  /** Those of MPEG's common test conditions for machine vision, smallest streams first. */
  private static final int[] QPS = {47, 42, 37, 32, 27, 22};

  private static final int MAX_QP = 63;

  /** Samples of a frame's pictures: fewer than an array can have, with room for a decoder's padding. */
  private static final long MAX_SAMPLES = 1L << 30;

  /** A feature as given or restored, a sample, and copies of it on the way through a native codec. */
  private static final int BYTES_PER_SAMPLE = Float.BYTES + 4 * Short.BYTES;

  private final StreamIdentity identity;
  private final CodecOptions options;

  /**
   * A codec.
   *
   * @param codec one without a model
   */
  protected VideoStreamCodec(CodecId codec, CodecOptions options) {
    super(options.limits());
    identity = StreamIdentity.withoutModel(codec, Backend.NUMERIC_PROFILE);
    this.options = options;
  }

  /** How this encodes. */
  protected final CodecOptions options() {
    return options;
  }

  @Override
  public final StreamIdentity identity() {
    return identity;
  }

  @Override
  public List<Quality> qualities() {
    return Arrays.stream(QPS).mapToObj(Quality::of).toList();
  }

  @Override
  public Quality requireQuality(Quality quality) {
    if (quality.fraction() != 0 || quality.floor() > MAX_QP) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "quality %s: that of %s is the QP, a whole number from 0 to %d (hevc, jpeg2000: %d)",
              quality,
              identity.codec().kind(),
              MAX_QP,
              VideoStandard.HEVC.maxQp()));
    }
    return quality;
  }

  /**
   * The standard to encode with: the one asked for, or the first at hand.
   *
   * @throws FeatureException if there is no encoder for it; the line says what to install
   */
  protected final VideoStandard standard() throws FeatureException {
    try {
      Optional<VideoStandard> asked = options.video();
      VideoStandard standard = asked.isPresent() ? asked.get() : options.videoCodecs().best();
      options.videoCodecs().encoder(standard);
      return standard;
    } catch (VideoCodecException e) {
      throw new FeatureException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads the first byte of a payload.
   *
   * @throws StreamException if it names no standard
   */
  protected static VideoStandard readStandard(PayloadReader in) throws StreamException {
    int code = in.u8("video standard");
    return VideoStandard.ofCode(code)
        .orElseThrow(() ->
            new StreamException.UnsupportedVersion(
                0, "video standard", code + " is unknown: a newer release may know it"));
  }

  /**
   * The format of a frame's pictures, if there is room for them.
   *
   * @param samples of all pictures
   * @throws StreamException if they are too large; nothing was allocated
   */
  protected static void requireRoom(long samples) throws StreamException {
    Optional<String> problem = room(samples);
    if (problem.isPresent()) {
      throw new StreamException.LimitExceeded(0, "shapes", problem.get());
    }
  }

  /**
   * As {@link #requireRoom}, of what is to be encoded.
   *
   * @throws FeatureException if they are too large
   */
  protected static void requireRoomToEncode(long samples) throws FeatureException {
    Optional<String> problem = room(samples);
    if (problem.isPresent()) {
      throw new FeatureException(problem.get());
    }
  }

  private static Optional<String> room(long samples) {
    String what = String.format(Locale.ROOT, "a frame of %d samples ", samples);
    if (samples > MAX_SAMPLES) {
      return Optional.of(what + "is larger than any picture: code it in parts");
    }
    return shortage(BYTES_PER_SAMPLE * samples).map(what::concat);
  }

  /**
   * Encodes pictures.
   *
   * @throws FeatureException if the encoder is missing or fails
   * @throws IllegalArgumentException if the standard does not have the QP
   */
  protected final byte[] encodePictures(
      VideoStandard standard, List<VideoPicture> pictures, Quality qp) throws FeatureException {
    if (qp.floor() > standard.maxQp()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "quality %s: %s has QP 0 to %d",
              qp,
              standard.label(),
              standard.maxQp()));
    }
    try {
      return options.videoCodecs().encoder(standard).encode(pictures, qp.floor());
    } catch (VideoCodecException e) {
      throw new FeatureException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Decodes pictures.
   *
   * @throws StreamException if the decoder is missing, or the bitstream does not hold such pictures
   */
  protected final List<VideoPicture> decodePictures(
      VideoStandard standard, byte[] bitstream, VideoFormat format, int count)
      throws StreamException {
    var found = options.videoCodecs().find(standard);
    if (found.codec().isEmpty()) {
      throw new StreamException.UnsupportedVersion(
          0, "video standard", standard.label() + ": " + found.status());
    }
    try {
      return found.codec().get().decode(bitstream, format, count);
    } catch (VideoCodecException e) {
      throw new StreamException.Corrupt(0, "bitstream", String.valueOf(e.getMessage()));
    }
  }

  /** Does nothing: the video codecs are shared. */
  @Override
  public void close() {}
}
