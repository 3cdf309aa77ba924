package dev.facet.codec.video;

import java.util.List;
import java.util.Optional;

/**
 * A conventional codec, intra pictures only: each picture decodes by itself. Thread-safe.
 *
 * <p>Decoding is exact: the standards define every bit of it. What an encoder writes is its own affair, and may change from release to
 * release and from machine to machine.
 */
public interface VideoCodec {
  /** What it writes and reads. */
  VideoStandard standard();

  /** What runs, for people: one line with names and versions. */
  String description();

  /** Empty if this can encode; else what is missing and how to install it, in one line. */
  Optional<String> cannotEncode();

  /**
   * Encodes.
   *
   * @param pictures at least one, all of one format
   * @param qp constant quantisation parameter on the scale of 8-bit pictures, whatever the bit depth: 0 to {@link
   *     VideoStandard#maxQp()}
   * @return one bitstream
   * @throws VideoCodecException if the encoder is missing or fails
   * @throws IllegalArgumentException if there is no picture, formats differ, or the QP is out of range
   */
  byte[] encode(List<VideoPicture> pictures, int qp) throws VideoCodecException;

  /**
   * Decodes untrusted bytes.
   *
   * @param format of the pictures, which the bitstream must have
   * @param count how many pictures it must have
   * @throws VideoCodecException if the decoder is missing, the bitstream is damaged, or holds other pictures
   */
  List<VideoPicture> decode(byte[] bitstream, VideoFormat format, int count)
      throws VideoCodecException;
}
