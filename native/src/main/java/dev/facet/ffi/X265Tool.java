package dev.facet.ffi;

import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import java.util.ArrayList;
import java.util.List;

/** HEVC encoding by the program x265. */
final class X265Tool implements VideoEncoder {
  static final String INSTALL = "apt-get install x265";

  /** No intra picture is larger than its samples, and headers. */
  private static final int HEADERS = 1 << 16;

  private final Tool tool;
  private final String version;

  private X265Tool(Tool tool, String version) {
    this.tool = tool;
    this.version = version;
  }

  static X265Tool open() throws VideoCodecException {
    Tool tool = Tool.find("x265");
    String said = tool.run(List.of("--version"), new byte[0], HEADERS).messages();
    String version =
        said.lines()
            .filter(line -> line.contains("version"))
            .map(line -> line.replaceAll(".*version\\s*", ""))
            .findFirst()
            .orElse("");
    return new X265Tool(tool, version);
  }

  @Override
  public String description() {
    return "program x265 " + version;
  }

  @Override
  public byte[] encode(List<VideoPicture> pictures, int qp) throws VideoCodecException {
    VideoFormat format = pictures.getFirst().format();
    long limit = 2 * RawVideo.bytes(format, pictures.size()) + HEADERS;
    return HevcHeaders.once(tool.run(arguments(format, qp), RawVideo.of(pictures), limit).bytes());
  }

  static List<String> arguments(VideoFormat format, int qp) {
    String bits = Integer.toString(format.bitDepth());
    List<String> arguments = new ArrayList<>(List.of("--preset", "medium", "--tune", "psnr"));
    for (List<String> each : X265.parameters(format, qp)) {
      arguments.add("--" + each.get(0));
      arguments.add(each.get(1));
    }
    arguments.addAll(
        List.of("--input-depth", bits, "--output-depth", bits, "--no-wpp", "--no-info"));
    arguments.addAll(List.of("--input", "-", "-o", "-"));
    return arguments;
  }
}
