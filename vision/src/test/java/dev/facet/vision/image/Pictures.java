package dev.facet.vision.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Picture files made for tests. */
final class Pictures {
  private Pictures() {}

  /** Smooth colours, different in every pixel. */
  static BufferedImage colours(int height, int width) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, (40 + 5 * y) << 16 | (30 + 6 * x) << 8 | (200 - 3 * x - 2 * y));
      }
    }
    return image;
  }

  static byte[] write(BufferedImage image, String format) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      if (!ImageIO.write(image, format, out)) {
        throw new AssertionError("no writer of " + format);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A JPEG whose components are these samples, at the best quality. */
  static byte[] jpegOf(Raster raster) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(1);
      try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
        writer.setOutput(out);
        writer.write(null, new IIOImage(raster, null, null), param);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
  }

  /** One colour in every pixel. */
  static WritableRaster flat(int height, int width, int... pixel) {
    WritableRaster raster =
        Raster.createInterleavedRaster(
            java.awt.image.DataBuffer.TYPE_BYTE, width, height, pixel.length, null);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        raster.setPixel(x, y, pixel);
      }
    }
    return raster;
  }

  /** A JPEG with one more segment right behind its start. */
  static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
    ByteBuffer out = ByteBuffer.allocate(jpeg.length + content.length + 4);
    out.put(jpeg, 0, 2).put((byte) 0xFF).put((byte) marker);
    out.putShort((short) (content.length + 2)).put(content).put(jpeg, 2, jpeg.length - 2);
    return out.array();
  }

  static byte[] adobe(int transform) {
    return new byte[] {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform};
  }

  /** An APP1 segment with one entry before the orientation. */
  static byte[] exif(int orientation, ByteOrder order) {
    ByteBuffer out = ByteBuffer.allocate(6 + 8 + 2 + 2 * 12 + 4);
    out.put(new byte[] {'E', 'x', 'i', 'f', 0, 0}).order(order);
    out.put(order == ByteOrder.LITTLE_ENDIAN ? new byte[] {'I', 'I'} : new byte[] {'M', 'M'});
    out.putShort((short) 42).putInt(8).putShort((short) 2);
    out.putShort((short) 0x010F).putShort((short) 2).putInt(1).putInt(0);
    out.putShort((short) 0x0112).putShort((short) 3).putInt(1);
    out.putShort((short) orientation).putShort((short) 0).putInt(0);
    return out.array();
  }

  /** A PNG that states any size, its data all zero rows up to {@code rows}. */
  static byte[] png(int width, int height, int rows) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    byte[] header =
        ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8).put((byte) 2).array();
    chunk(out, "IHDR", header);
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflated = new DeflaterOutputStream(data)) {
      deflated.write(new byte[rows * (3 * width + 1)]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    chunk(out, "IDAT", data.toByteArray());
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] content) {
    byte[] typed =
        Arrays.copyOf(
            type.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 4 + content.length);
    System.arraycopy(content, 0, typed, 4, content.length);
    CRC32 crc = new CRC32();
    crc.update(typed);
    out.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
    out.writeBytes(typed);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
