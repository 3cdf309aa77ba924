package dev.facet.ffi;

import dev.facet.codec.video.VideoCodec;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoCodecProvider;
import dev.facet.codec.video.VideoStandard;
import java.util.List;

/** VVC: libvvenc and libvvdec where the user has them; libavcodec, by the program ffmpeg, decodes too. */
public final class VvcProvider implements VideoCodecProvider {
  private static final String INSTALL =
      "to install: build https://github.com/fraunhoferhhi/vvenc and vvdec as shared libraries and give their paths with"
          + " -Ddev.facet.ffi.vvenc and -Ddev.facet.ffi.vvdec; ffmpeg 7.1 or later decodes too";

  /** For the service loader. */
  public VvcProvider() {}

  @Override
  public VideoStandard standard() {
    return VideoStandard.VVC;
  }

  @Override
  public VideoCodec open() throws VideoCodecException {
    Access access = Access.chosen();
    return SystemVideoCodec.open(
        VideoStandard.VVC,
        (bitstream, format, count) -> VvcHeaders.require(bitstream, format),
        () -> access.first("vvenc", List.of(Vvenc::open), "vvenc", List.of()),
        () ->
            access.first(
                "vvdec", List.of(Vvdec::open), "ffmpeg", List.of(() -> FfmpegTool.open("vvc"))),
        INSTALL);
  }
}
