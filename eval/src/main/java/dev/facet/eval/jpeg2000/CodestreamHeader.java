package dev.facet.eval.jpeg2000;

import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * The header of a codestream (ISO/IEC 15444-1, annex A), held to what {@link PlaneEncoder} writes: one tile, one component, one layer,
 * whole precincts. So a hostile one cannot ask the decoder for more memory than the plane takes.
 */
final class CodestreamHeader {
  private static final int SOC = 0xFF4F;
  private static final int SIZ = 0xFF51;
  private static final int COD = 0xFF52;
  private static final int QCD = 0xFF5C;
  private static final int COM = 0xFF64;
  private static final int SOT = 0xFF90;
  private static final int SOD = 0xFF93;
  private static final int EOC = 0xFFD9;

  private static final int MAX_LEVELS = 32;
  private static final int MIN_BLOCK = 2; // exponents, less two: code blocks of 16 to 64 a side
  private static final int MAX_BLOCK = 4;

  private final ByteBuffer in;
  private final VideoFormat format;

  private CodestreamHeader(ByteBuffer in, VideoFormat format) {
    this.in = in;
    this.format = format;
  }

  /**
   * Checks.
   *
   * @throws VideoCodecException if this is another codestream, or one that is cut or followed by something
   */
  static void require(byte[] bytes, int from, int length, VideoFormat format)
      throws VideoCodecException {
    new CodestreamHeader(ByteBuffer.wrap(bytes, from, length).slice(), format).require();
  }

  private void require() throws VideoCodecException {
    marker(SOC);
    size(segment(SIZ));
    boolean coding = false;
    boolean quantisation = false;
    while (true) {
      need(2);
      int marker = in.getShort(in.position()) & 0xFFFF;
      if (marker == SOT) {
        break;
      }
      ByteBuffer segment = segment(marker);
      if (marker == COD && !coding) {
        coding(segment);
        coding = true;
      } else if (marker == QCD && !quantisation) {
        quantisation = true;
      } else if (marker != COM) {
        throw damaged(String.format(Locale.ROOT, "marker %04x has no place in its header", marker));
      }
    }
    if (!coding || !quantisation) {
      throw damaged("its header lacks COD or QCD");
    }
    int start = in.position();
    ByteBuffer tile = segment(SOT);
    require(tile, 8);
    int index = tile.getShort();
    long size = tile.getInt() & 0xFFFFFFFFL;
    int part = tile.getShort();
    marker(SOD);
    if (index != 0 || (part != 0 && part != 1) || start + size + 2 != in.limit()) {
      throw damaged("it is not of one tile-part");
    }
    in.position(in.limit() - 2);
    marker(EOC);
  }

  private void size(ByteBuffer siz) throws VideoCodecException {
    require(siz, 39);
    boolean partOne = siz.getShort() == 0;
    int width = siz.getInt();
    int height = siz.getInt();
    boolean origin = siz.getLong() == 0; // x and y
    boolean tile = siz.getInt() == width && siz.getInt() == height;
    boolean tileOrigin = siz.getLong() == 0;
    int components = siz.getShort();
    int bits = siz.get() + 1;
    boolean full = siz.getShort() == 0x0101; // each sample, in both directions
    if (!(partOne && origin && tile && tileOrigin && full)
        || width != format.width()
        || height != format.height()
        || components != 1
        || bits != format.bitDepth()) {
      throw damaged(
          String.format(
              Locale.ROOT,
              "it is of %dx%d, %d components of %d bits in tiles, not %s in one",
              width,
              height,
              components,
              bits,
              format));
    }
  }

  private void coding(ByteBuffer cod) throws VideoCodecException {
    require(cod, 10);
    int style = cod.get();
    cod.get(); // progression: of one layer and one component all are the same
    int layers = cod.getShort();
    int transform = cod.get();
    int levels = cod.get();
    int width = cod.get();
    int height = cod.get();
    if (style != 0
        || layers != 1
        || transform != 0
        || levels < 0
        || levels > MAX_LEVELS
        || width < MIN_BLOCK
        || width > MAX_BLOCK
        || height < MIN_BLOCK
        || height > MAX_BLOCK) {
      throw damaged("it is coded in a way that no writer here uses");
    }
  }

  private void marker(int expected) throws VideoCodecException {
    need(2);
    int marker = in.getShort() & 0xFFFF;
    if (marker != expected) {
      throw damaged(String.format(Locale.ROOT, "marker %04x in place of %04x", marker, expected));
    }
  }

  /** The contents of a marker segment behind its length, from the buffer's position on. */
  private ByteBuffer segment(int expected) throws VideoCodecException {
    marker(expected);
    need(2);
    int length = (in.getShort() & 0xFFFF) - 2;
    if (length < 0) {
      throw damaged("a segment of negative length");
    }
    need(length);
    ByteBuffer segment = in.slice(in.position(), length);
    in.position(in.position() + length);
    return segment;
  }

  private static void require(ByteBuffer segment, int bytes) throws VideoCodecException {
    if (segment.remaining() != bytes) {
      throw damaged(
          String.format(
              Locale.ROOT, "a segment of %d bytes in place of %d", segment.remaining(), bytes));
    }
  }

  private void need(int bytes) throws VideoCodecException {
    if (in.remaining() < bytes) {
      throw damaged("it ends in its header");
    }
  }

  private static VideoCodecException damaged(String what) {
    return new VideoCodecException("the bitstream is damaged: the codestream: " + what);
  }
}
