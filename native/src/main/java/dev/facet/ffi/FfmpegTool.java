package dev.facet.ffi;

import dev.facet.codec.video.ChromaFormat;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import java.util.List;
import java.util.regex.Pattern;

/** Decoding by libavcodec, through the program ffmpeg: HEVC, and VVC from 7.1 on. */
final class FfmpegTool implements VideoDecoder {
  static final String INSTALL = "apt-get install ffmpeg";

  private static final int MAX_LIST = 1 << 20;

  private final Tool tool;
  private final String format;
  private final String version;

  private FfmpegTool(Tool tool, String format, String version) {
    this.tool = tool;
    this.format = format;
    this.version = version;
  }

  /**
   * Looks for ffmpeg with a decoder.
   *
   * @param name of decoder and raw format: {@code hevc} or {@code vvc}
   */
  static FfmpegTool open(String name) throws VideoCodecException {
    Tool tool = Tool.find("ffmpeg");
    List<String> quiet = List.of("-hide_banner", "-loglevel", "error");
    String decoders = text(tool, List.of(quiet.get(0), quiet.get(1), quiet.get(2), "-decoders"));
    if (!Pattern.compile("^ V\\S+ " + name + " ", Pattern.MULTILINE).matcher(decoders).find()) {
      throw new VideoCodecException(
          "ffmpeg has no " + name + " decoder" + (name.equals("vvc") ? " (7.1 and later do)" : ""));
    }
    String version = text(tool, List.of("-version")).lines().findFirst().orElse("");
    return new FfmpegTool(tool, name, version.replaceAll("ffmpeg version (\\S+).*", "$1"));
  }

  private static String text(Tool tool, List<String> arguments) throws VideoCodecException {
    byte[] said = tool.run(arguments, new byte[0], MAX_LIST).bytes();
    return new String(said, java.nio.charset.StandardCharsets.UTF_8);
  }

  @Override
  public String description() {
    return "program ffmpeg " + version;
  }

  @Override
  public List<VideoPicture> decode(byte[] bitstream, VideoFormat pictures, int count)
      throws VideoCodecException {
    String samples = pictures.chroma() == ChromaFormat.MONOCHROME ? "gray" : "yuv420p";
    List<String> arguments =
        List.of(
            "-hide_banner",
            "-loglevel",
            "error",
            "-err_detect",
            "explode",
            "-threads",
            "1",
            "-f",
            format,
            "-i",
            "pipe:0",
            "-fps_mode",
            "passthrough",
            "-f",
            "rawvideo",
            "-pix_fmt",
            pictures.bitDepth() > 8 ? samples + "10le" : samples,
            "pipe:1");
    byte[] raw = tool.run(arguments, bitstream, RawVideo.bytes(pictures, count)).bytes();
    return RawVideo.parse(raw, pictures, count);
  }
}
