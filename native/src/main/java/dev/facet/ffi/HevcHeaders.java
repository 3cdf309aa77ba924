package dev.facet.ffi;

import dev.facet.codec.video.ChromaFormat;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** What an HEVC bitstream announces (ITU-T H.265, 7.3), looked at before a decoder allocates anything for it. */
final class HevcHeaders {
  private static final int FIRST_NOT_VCL = 32;
  private static final int VPS = 32;
  private static final int SPS = 33;
  private static final int PPS = 34;
  private static final int START_CODE = 3;

  private HevcHeaders() {}

  /**
   * The same bitstream with each parameter set once, where it comes first. x265 repeats all three before each picture of an all-intra
   * bitstream, whatever it is told, and a decoder keeps them: 76 bytes, as many as a small picture takes.
   *
   * @throws VideoCodecException if this is no bitstream
   */
  static byte[] once(byte[] bitstream) throws VideoCodecException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bitstream.length);
    Set<ByteBuffer> known = new HashSet<>();
    int kept = 0;
    for (NalUnits.Unit unit : NalUnits.of(bitstream)) {
      int type = bitstream[unit.start()] >> 1 & 0x3F;
      if (type >= VPS && type <= PPS) {
        int end = unit.end(); // zeros behind it belong to the next start code
        while (bitstream[end - 1] == 0) {
          end--;
        }
        if (!known.add(ByteBuffer.wrap(bitstream, unit.start(), end - unit.start()))) {
          out.write(bitstream, kept, unit.start() - START_CODE - kept);
          kept = unit.end();
        }
      }
    }
    out.write(bitstream, kept, bitstream.length - kept);
    return out.toByteArray();
  }

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
