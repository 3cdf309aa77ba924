package dev.facet.ffi;

import dev.facet.codec.video.VideoCodec;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import dev.facet.codec.video.VideoStandard;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An encoder and a decoder, either of which may be missing, as one codec. On the way pictures are padded to whole coding blocks of 8
 * samples, and at least to a coding tree unit of 16: the encoder would do it anyhow, and libde265 1.0's program fails where it must crop a
 * monochrome picture.
 */
final class SystemVideoCodec implements VideoCodec {
  private static final int BLOCK = 8;
  private static final int TREE_UNIT = 16;

  /** Checks what a bitstream announces, before anything is decoded. */
  @FunctionalInterface
  interface Check {
    /**
     * Checks.
     *
     * @throws VideoCodecException if it is not as many pictures of the format
     */
    void require(byte[] bitstream, VideoFormat format, int count) throws VideoCodecException;
  }

  private final VideoStandard standard;
  private final Check check;
  private final @Nullable VideoEncoder encoder;
  private final @Nullable VideoDecoder decoder;
  private final String noEncoder;
  private final String noDecoder;

  private SystemVideoCodec(
      VideoStandard standard,
      Check check,
      @Nullable VideoEncoder encoder,
      @Nullable VideoDecoder decoder,
      String noEncoder,
      String noDecoder) {
    this.standard = standard;
    this.check = check;
    this.encoder = encoder;
    this.decoder = decoder;
    this.noEncoder = noEncoder;
    this.noDecoder = noDecoder;
  }

  /**
   * Opens what there is.
   *
   * @param install how to install what is missing
   * @throws VideoCodecException if there is neither; the line says why, and how to install them
   */
  static SystemVideoCodec open(
      VideoStandard standard,
      Check check,
      Access.Way<VideoEncoder> encoders,
      Access.Way<VideoDecoder> decoders,
      String install)
      throws VideoCodecException {
    VideoEncoder encoder = null;
    VideoDecoder decoder = null;
    String noEncoder = "";
    String noDecoder = "";
    try {
      encoder = encoders.open();
    } catch (VideoCodecException e) {
      noEncoder = e.getMessage() + "; " + install;
    }
    try {
      decoder = decoders.open();
    } catch (VideoCodecException e) {
      noDecoder = e.getMessage() + "; " + install;
      if (encoder == null) {
        String why = noEncoder.equals(noDecoder) ? "" : noEncoder.replace("; " + install, ", ");
        throw new VideoCodecException(why + noDecoder, e);
      }
    }
    return new SystemVideoCodec(standard, check, encoder, decoder, noEncoder, noDecoder);
  }

  @Override
  public VideoStandard standard() {
    return standard;
  }

  @Override
  public String description() {
    return (encoder == null ? "no encoder" : encoder.description())
        + ", "
        + (decoder == null ? "no decoder (" + noDecoder + ")" : decoder.description());
  }

  @Override
  public Optional<String> cannotEncode() {
    return encoder == null ? Optional.of(noEncoder) : Optional.empty();
  }

  @Override
  public byte[] encode(List<VideoPicture> pictures, int qp) throws VideoCodecException {
    if (qp < 0 || qp > standard.maxQp()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "QP %d: %s has 0 to %d", qp, standard.label(), standard.maxQp()));
    }
    if (pictures.isEmpty() || pictures.stream().map(VideoPicture::format).distinct().count() > 1) {
      throw new IllegalArgumentException("pictures are at least one, and of one format");
    }
    if (encoder == null) {
      throw new VideoCodecException(standard.label() + ": " + noEncoder);
    }
    VideoFormat coded = coded(pictures.getFirst().format());
    return encoder.encode(
        pictures.stream().map(p -> p.padded(coded.width(), coded.height())).toList(), qp);
  }

  @Override
  public List<VideoPicture> decode(byte[] bitstream, VideoFormat format, int count)
      throws VideoCodecException {
    if (decoder == null) {
      throw new VideoCodecException(standard.label() + ": " + noDecoder);
    }
    VideoFormat coded = coded(format);
    check.require(bitstream, coded, count);
    List<VideoPicture> pictures = decoder.decode(bitstream, coded, count);
    if (pictures.size() != count) {
      throw new VideoCodecException(
          String.format(
              Locale.ROOT,
              "the bitstream is damaged: %d of %d pictures can be decoded",
              pictures.size(),
              count));
    }
    return pictures.stream().map(p -> p.cropped(format.width(), format.height())).toList();
  }

  private static VideoFormat coded(VideoFormat format) {
    return format.withSize(coded(format.width()), coded(format.height()));
  }

  private static int coded(int side) {
    return Math.max(Math.ceilDiv(side, BLOCK) * BLOCK, TREE_UNIT);
  }
}
