package dev.facet.eval.jpeg2000;

import dev.facet.codec.video.VideoCodec;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import dev.facet.codec.video.VideoStandard;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * JPEG 2000 (ISO/IEC 15444-1) as a video codec: every plane of every picture is a codestream of its own, with its length before it. The
 * 9/7 wavelet's coefficients are quantised with the step that HEVC has at the QP, 2^((QP - 4) / 6) of 256, and all of them are
 * coded: quality is constant, as with a constant QP.
 */
final class Jpeg2000 implements VideoCodec {
  /** Bytes of a length: 7 bits each, low ones first. */
  private static final int MAX_LENGTH_BYTES = 5;

  @Override
  public VideoStandard standard() {
    return VideoStandard.JPEG2000;
  }

  @Override
  public String description() {
    return "JJ2000, embedded";
  }

  @Override
  public Optional<String> cannotEncode() {
    return Optional.empty();
  }

  /** The quantiser's step as a part of the samples' range. */
  static double step(int qp) {
    return StrictMath.pow(2, (qp - 4) / 6.0) / 256;
  }

  @Override
  public byte[] encode(List<VideoPicture> pictures, int qp) throws VideoCodecException {
    if (qp < 0 || qp > standard().maxQp()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "QP %d: jpeg2000 has 0 to %d", qp, standard().maxQp()));
    }
    if (pictures.isEmpty() || pictures.stream().map(VideoPicture::format).distinct().count() > 1) {
      throw new IllegalArgumentException("pictures are at least one, and of one format");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (VideoPicture picture : pictures) {
      for (int p = 0; p < picture.format().chroma().planes(); p++) {
        byte[] codestream =
            PlaneEncoder.encode(plane(picture.format(), p), picture.plane(p), step(qp));
        writeLength(out, codestream.length);
        out.writeBytes(codestream);
      }
    }
    return out.toByteArray();
  }

  /** Size and bits of one plane. */
  private static VideoFormat plane(VideoFormat format, int p) {
    return VideoFormat.monochrome(format.bitDepth(), format.planeWidth(p), format.planeHeight(p));
  }

  @Override
  public List<VideoPicture> decode(byte[] bitstream, VideoFormat format, int count)
      throws VideoCodecException {
    List<VideoPicture> pictures = new ArrayList<>();
    int[] at = {0};
    for (int i = 0; i < count; i++) {
      short[][] planes = new short[format.chroma().planes()][];
      for (int p = 0; p < planes.length; p++) {
        int length = readLength(bitstream, at);
        if (length > bitstream.length - at[0]) {
          throw new VideoCodecException(
              "the bitstream is damaged: a codestream is longer than what is left");
        }
        planes[p] = PlaneDecoder.decode(plane(format, p), bitstream, at[0], length);
        at[0] += length;
      }
      pictures.add(VideoPicture.of(format, planes));
    }
    if (at[0] != bitstream.length) {
      throw new VideoCodecException("the bitstream has more pictures than " + count);
    }
    return pictures;
  }

  private static void writeLength(ByteArrayOutputStream out, int length) {
    int rest = length;
    while (rest > 0x7F) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  private static int readLength(byte[] bytes, int[] at) throws VideoCodecException {
    long length = 0;
    for (int i = 0; i < MAX_LENGTH_BYTES && at[0] < bytes.length; i++) {
      byte b = bytes[at[0]++];
      length |= (long) (b & 0x7F) << (7 * i);
      if (b >= 0) {
        return (int) Math.min(length, Integer.MAX_VALUE);
      }
    }
    throw new VideoCodecException("the bitstream is damaged: no length of a codestream");
  }
}
