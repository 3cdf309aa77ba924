package dev.facet.ffi;

import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import java.util.List;

/** HEVC decoding by the program of libde265: in a process of its own, which a hostile bitstream cannot leave. */
final class De265Tool implements VideoDecoder {
  static final String INSTALL = "apt-get install libde265-examples";

  private final Tool tool;

  private De265Tool(Tool tool) {
    this.tool = tool;
  }

  static De265Tool open() throws VideoCodecException {
    return new De265Tool(Tool.find("dec265", "libde265-dec265"));
  }

  @Override
  public String description() {
    return "program " + tool.name();
  }

  @Override
  public List<VideoPicture> decode(byte[] bitstream, VideoFormat format, int count)
      throws VideoCodecException {
    List<String> arguments = List.of("--quiet", "--output", "/dev/stdout", "-");
    byte[] raw = tool.run(arguments, bitstream, RawVideo.bytes(format, count)).bytes();
    return RawVideo.parse(raw, format, count);
  }
}
