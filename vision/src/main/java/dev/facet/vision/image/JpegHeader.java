package dev.facet.vision.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What ImageIO does not tell of a JPEG: its EXIF orientation, and which colours four components are
 * (the APP14 segment of Adobe). Segments are read up to the first scan; a damaged one says nothing.
 *
 * @param isJpeg whether the file begins as a JPEG
 * @param adobeTransform 0 for none, 1 for YCbCr, 2 for YCCK; -1 without the segment
 */
record JpegHeader(boolean isJpeg, Orientation orientation, int adobeTransform) {
  private static final int START = 0xFFD8;
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;
  private static final int SCAN = 0xDA;
  private static final int END = 0xD9;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);

  /** Where the transform stands in the segment of Adobe. */
  private static final int TRANSFORM_AT = 11;

  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int ENTRY = 12;

  static JpegHeader of(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file);
    if (file.length < 4 || (in.getShort() & 0xFFFF) != START) {
      return new JpegHeader(false, Orientation.UPRIGHT, -1);
    }
    Orientation orientation = Orientation.UPRIGHT;
    int transform = -1;
    while (in.remaining() >= 4) {
      if ((in.get() & 0xFF) != 0xFF) {
        break; // no marker where one must be
      }
      int marker = in.get() & 0xFF;
      if (marker == 0xFF) {
        in.position(in.position() - 1); // a fill byte
        continue;
      }
      if (marker == SCAN || marker == END) {
        break;
      }
      int length = (in.getShort() & 0xFFFF) - 2;
      if (length < 0 || length > in.remaining()) {
        break;
      }
      ByteBuffer segment = in.slice(in.position(), length);
      in.position(in.position() + length);
      if (marker == APP1 && startsWith(segment, EXIF) && orientation == Orientation.UPRIGHT) {
        orientation = orientation(segment.slice(EXIF.length, length - EXIF.length));
      } else if (marker == APP14 && startsWith(segment, ADOBE) && length > TRANSFORM_AT) {
        transform = segment.get(TRANSFORM_AT) & 0xFF;
      }
    }
    return new JpegHeader(true, orientation, transform);
  }

  private static boolean startsWith(ByteBuffer segment, byte[] text) {
    return segment.remaining() >= text.length
        && segment.slice(0, text.length).equals(ByteBuffer.wrap(text));
  }

  /** Of the first directory of a TIFF structure. */
  private static Orientation orientation(ByteBuffer tiff) {
    if (tiff.remaining() < 8) {
      return Orientation.UPRIGHT;
    }
    int order = tiff.getShort(0) & 0xFFFF;
    if (order != 0x4949 && order != 0x4D4D) {
      return Orientation.UPRIGHT;
    }
    tiff.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = Integer.toUnsignedLong(tiff.getInt(4));
    if (tiff.getShort(2) != 42 || directory > tiff.limit() - 2) {
      return Orientation.UPRIGHT;
    }
    int entries = tiff.getShort((int) directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      long at = directory + 2 + (long) ENTRY * i;
      if (at + ENTRY > tiff.limit()) {
        break;
      }
      int entry = (int) at;
      if ((tiff.getShort(entry) & 0xFFFF) == ORIENTATION) {
        boolean single = tiff.getShort(entry + 2) == SHORT && tiff.getInt(entry + 4) == 1;
        return single ? Orientation.of(tiff.getShort(entry + 8) & 0xFFFF) : Orientation.UPRIGHT;
      }
    }
    return Orientation.UPRIGHT;
  }
}
