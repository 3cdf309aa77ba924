package dev.facet.ffi;

import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import java.util.List;

/** The half of a codec that reads. Thread-safe. */
interface VideoDecoder {
  /** Name, version and way of access. */
  String description();

  /**
   * Decodes.
   *
   * @param bitstream whose headers announce as many pictures of the format
   */
  List<VideoPicture> decode(byte[] bitstream, VideoFormat format, int count)
      throws VideoCodecException;
}
