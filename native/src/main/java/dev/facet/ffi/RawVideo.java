package dev.facet.ffi;

import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Planar samples as programs read and write them: one byte each up to 8 bits, else two, little-endian; plane by plane. */
final class RawVideo {
  private RawVideo() {}

  static long bytes(VideoFormat format, int count) {
    return format.samples() * (format.bitDepth() > 8 ? 2 : 1) * count;
  }

  static byte[] of(List<VideoPicture> pictures) {
    VideoFormat format = pictures.getFirst().format();
    boolean wide = format.bitDepth() > 8;
    ByteBuffer out =
        ByteBuffer.allocate(Math.toIntExact(bytes(format, pictures.size())))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (VideoPicture picture : pictures) {
      for (int p = 0; p < format.chroma().planes(); p++) {
        for (short sample : picture.plane(p)) {
          if (wide) {
            out.putShort(sample);
          } else {
            out.put((byte) sample);
          }
        }
      }
    }
    return out.array();
  }

  static List<VideoPicture> parse(byte[] raw, VideoFormat format, int count)
      throws VideoCodecException {
    if (raw.length != bytes(format, count)) {
      throw new VideoCodecException(
          String.format(
              Locale.ROOT,
              "the bitstream is damaged: %d bytes of pictures, not %d of %s",
              raw.length,
              count,
              format));
    }
    ByteBuffer in = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    List<VideoPicture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      short[][] planes = new short[format.chroma().planes()][];
      for (int p = 0; p < planes.length; p++) {
        planes[p] = new short[format.planeWidth(p) * format.planeHeight(p)];
        for (int k = 0; k < planes[p].length; k++) {
          planes[p][k] = format.bitDepth() > 8 ? in.getShort() : (short) (in.get() & 0xFF);
        }
      }
      try {
        pictures.add(VideoPicture.of(format, planes));
      } catch (IllegalArgumentException e) {
        throw new VideoCodecException("a program wrote " + e.getMessage(), e);
      }
    }
    return pictures;
  }
}
