package dev.facet.ffi;

import dev.facet.codec.video.ChromaFormat;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import java.util.Locale;

/** What a VVC bitstream announces (ITU-T H.266, 7.3), looked at before a decoder allocates anything for it. */
final class VvcHeaders {
  private static final int SPS = 15;

  /** Bits of the constraint flags, gci_intra_only_constraint_flag to gci_no_virtual_boundaries_constraint_flag. */
  private static final int CONSTRAINT_BITS = 71;

  private VvcHeaders() {}

  /**
   * Checks that all sequence parameter sets are of the format. How many pictures there are is seen when they are decoded.
   *
   * @throws VideoCodecException if not
   */
  static void require(byte[] bitstream, VideoFormat format) throws VideoCodecException {
    boolean known = false;
    for (NalUnits.Unit unit : NalUnits.of(bitstream)) {
      if ((bitstream[unit.start() + 1] >> 3 & 0x1F) == SPS) {
        requireFormat(new BitReader(bitstream, unit.start() + 2, unit.end()), format);
        known = true;
      }
    }
    if (!known) {
      throw new VideoCodecException("the bitstream has no sequence parameter set");
    }
  }

  private static void requireFormat(BitReader in, VideoFormat format) throws VideoCodecException {
    in.skip(4 + 4); // numbers of this set and the video parameter set
    int subLayers = in.bits(3);
    int chroma = in.bits(2);
    in.skip(2); // size of coding tree units
    if (in.bit() == 1) {
      skipProfileTierLevel(in, subLayers);
    }
    in.skip(1); // gradual decoding refresh
    if (in.bit() == 1) { // reference picture resampling
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
    if (in.bit() == 1) {
      throw new VideoCodecException("the bitstream has subpictures, which no encoder here writes");
    }
    int depth = 8 + in.golomb();
    if (chroma != (format.chroma() == ChromaFormat.MONOCHROME ? 0 : 1)
        || width != format.width()
        || height != format.height()
        || cropX + cropY > 0 // see HevcHeaders
        || depth != format.bitDepth()) {
      throw new VideoCodecException(
          String.format(
              Locale.ROOT,
              "the bitstream is of %dx%d less %d and %d, chroma format %d, %d bit, not %s",
              width,
              height,
              cropX,
              cropY,
              chroma,
              depth,
              format));
    }
  }

  private static void skipProfileTierLevel(BitReader in, int subLayers) throws VideoCodecException {
    in.skip(7 + 1 + 8 + 1 + 1); // profile, tier, level, frames only, several layers
    if (in.bit() == 1) {
      in.skip(CONSTRAINT_BITS);
      in.skip(in.bits(8));
    }
    in.align();
    int levels = 0;
    for (int i = 0; i < subLayers; i++) {
      levels += in.bit();
    }
    in.align();
    in.skip(8 * levels);
    in.skip(32 * in.bits(8)); // sub-profiles
  }
}
