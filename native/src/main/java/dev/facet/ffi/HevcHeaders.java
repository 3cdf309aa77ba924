package dev.facet.ffi;

import dev.facet.codec.video.ChromaFormat;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import java.util.Locale;

/** What an HEVC bitstream announces (ITU-T H.265, 7.3), looked at before a decoder allocates anything for it. */
final class HevcHeaders {
  private static final int FIRST_NOT_VCL = 32;
  private static final int SPS = 33;

  private HevcHeaders() {}

  /**
   * Checks that all sequence parameter sets are of the format, and that there are as many pictures.
   *
   * @throws VideoCodecException if not
   */
  static void require(byte[] bitstream, VideoFormat format, int count) throws VideoCodecException {
    int pictures = 0;
    boolean known = false;
    for (NalUnits.Unit unit : NalUnits.of(bitstream)) {
      int type = bitstream[unit.start()] >> 1 & 0x3F;
      if (type == SPS) {
        requireFormat(new BitReader(bitstream, unit.start() + 2, unit.end()), format);
        known = true;
      } else if (type < FIRST_NOT_VCL && bitstream[unit.start() + 2] < 0) {
        pictures++; // first_slice_segment_in_pic_flag
      }
    }
    if (!known || pictures != count) {
      throw new VideoCodecException(
          String.format(
              Locale.ROOT, "the bitstream has %d pictures, %d were announced", pictures, count));
    }
  }

  private static void requireFormat(BitReader in, VideoFormat format) throws VideoCodecException {
    in.skip(4); // video parameter set
    int subLayers = in.bits(3);
    in.skip(1);
    skipProfileTierLevel(in, subLayers);
    in.golomb(); // number of this set
    int chroma = in.golomb();
    if (chroma == 3) {
      in.skip(1);
    }
    int width = in.golomb();
    int height = in.golomb();
    int unit = chroma == 1 ? 2 : 1; // chroma samples of 4:2:0
    int cropX = 0;
    int cropY = 0;
    if (in.bit() == 1) {
      cropX = unit * (in.golomb() + in.golomb());
      cropY = unit * (in.golomb() + in.golomb());
    }
    int luma = 8 + in.golomb();
    int chromaDepth = 8 + in.golomb();
    boolean monochrome = format.chroma() == ChromaFormat.MONOCHROME;
    if (chroma != (monochrome ? 0 : 1)
        || width != format.width()
        || height != format.height()
        || cropX + cropY > 0 // pictures are padded before they are coded, and no encoder here crops
        || luma != format.bitDepth()
        || (!monochrome && chromaDepth != luma)) {
      throw new VideoCodecException(
          String.format(
              Locale.ROOT,
              "the bitstream is of %dx%d less %d and %d, chroma format %d, %d bit, not %s",
              width,
              height,
              cropX,
              cropY,
              chroma,
              luma,
              format));
    }
  }

  private static void skipProfileTierLevel(BitReader in, int subLayers) throws VideoCodecException {
    in.skip(88 + 8);
    if (subLayers == 0) {
      return;
    }
    int profiles = 0;
    int levels = 0;
    for (int i = 0; i < 8; i++) {
      if (i < subLayers) {
        profiles += in.bit();
        levels += in.bit();
      } else {
        in.skip(2);
      }
    }
    in.skip(88 * profiles + 8 * levels);
  }
}
