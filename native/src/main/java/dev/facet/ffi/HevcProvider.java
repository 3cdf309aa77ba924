package dev.facet.ffi;

import dev.facet.codec.video.VideoCodec;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoCodecProvider;
import dev.facet.codec.video.VideoStandard;
import java.util.List;

/** HEVC: libx265 and libde265, or the programs x265, dec265 and ffmpeg. */
public final class HevcProvider implements VideoCodecProvider {
  /** For the service loader. */
  public HevcProvider() {}

  @Override
  public VideoStandard standard() {
    return VideoStandard.HEVC;
  }

  @Override
  public VideoCodec open() throws VideoCodecException {
    Access access = Access.chosen();
    return SystemVideoCodec.open(
        VideoStandard.HEVC,
        HevcHeaders::require,
        () -> access.first("x265", List.of(X265::open), "x265", List.of(X265Tool::open)),
        () ->
            access.first(
                "de265",
                List.of(De265::open),
                "dec265",
                List.of(De265Tool::open, () -> FfmpegTool.open("hevc"))),
        String.format(
            java.util.Locale.ROOT,
            "to install: %s, %s; or as programs: %s, %s",
            X265.INSTALL,
            De265.INSTALL,
            X265Tool.INSTALL,
            De265Tool.INSTALL));
  }
}
