package dev.facet.ffi;

import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoPicture;
import java.util.List;

/** The half of a codec that writes. Thread-safe. */
interface VideoEncoder {
  /** Name, version and way of access. */
  String description();

  /**
   * Encodes.
   *
   * @param pictures at least one, all of one format that the standard can code
   * @param qp on the scale of 8-bit pictures, in range
   */
  byte[] encode(List<VideoPicture> pictures, int qp) throws VideoCodecException;
}
