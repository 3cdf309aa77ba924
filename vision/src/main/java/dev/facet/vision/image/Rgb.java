package dev.facet.vision.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** Stored samples of any kind to RGB of 8 bits. */
final class Rgb {
  private Rgb() {}

  /**
   * What a reader decoded.
   *
   * @throws PictureException if its samples are no integers or its colours neither grey, RGB nor
   *     CMYK
   */
  static BufferedImage of(String name, BufferedImage decoded) throws PictureException {
    Raster raster = decoded.getRaster();
    ColorModel model = decoded.getColorModel();
    BufferedImage rgb = blank(raster);
    if (model instanceof IndexColorModel palette) {
      int[] colours = new int[palette.getMapSize()];
      palette.getRGBs(colours);
      fill(rgb, raster, pixel -> colours[Math.min(pixel[0], colours.length - 1)]);
      return rgb;
    }
    int type = raster.getTransferType();
    if (type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE) {
      throw new PictureException(name, "has floating point samples: save it with 8 bits");
    }
    int colourType = model.getColorSpace().getType();
    int[] bits = raster.getSampleModel().getSampleSize();
    switch (colourType) {
      case ColorSpace.TYPE_GRAY ->
          fill(
              rgb,
              raster,
              pixel -> {
                int v = eight(pixel[0], bits[0]);
                return pack(v, v, v);
              });
      case ColorSpace.TYPE_RGB ->
          fill(
              rgb,
              raster,
              pixel ->
                  pack(
                      eight(pixel[0], bits[0]),
                      eight(pixel[1], bits[1]),
                      eight(pixel[2], bits[2])));
      case ColorSpace.TYPE_CMYK ->
          fill(
              rgb,
              raster,
              pixel ->
                  ofInverted(
                      255 - eight(pixel[0], bits[0]),
                      255 - eight(pixel[1], bits[1]),
                      255 - eight(pixel[2], bits[2]),
                      255 - eight(pixel[3], bits[3])));
      default -> throw new PictureException(name, "is neither grey, RGB nor CMYK: save it as RGB");
    }
    return rgb;
  }

  /**
   * The four components of a JPEG as stored: CMYK as Adobe writes it, inverted, which everybody
   * assumes also where Adobe's segment is missing; or YCCK, whose first three are CMY in YCbCr.
   */
  static BufferedImage ofAdobe(Raster raster, boolean ycck) {
    BufferedImage rgb = blank(raster);
    fill(
        rgb,
        raster,
        pixel -> {
          if (!ycck) {
            return ofInverted(pixel[0], pixel[1], pixel[2], pixel[3]);
          }
          double cb = pixel[1] - 128;
          double cr = pixel[2] - 128;
          return ofInverted(
              255 - clamp(pixel[0] + 1.402 * cr),
              255 - clamp(pixel[0] - 0.344136 * cb - 0.714136 * cr),
              255 - clamp(pixel[0] + 1.772 * cb),
              pixel[3]);
        });
    return rgb;
  }

  private interface Colour {
    int of(int[] pixel);
  }

  private static BufferedImage blank(Raster raster) {
    return new BufferedImage(raster.getWidth(), raster.getHeight(), BufferedImage.TYPE_INT_RGB);
  }

  private static void fill(BufferedImage to, Raster raster, Colour colour) {
    int bands = raster.getNumBands();
    int[] samples = new int[raster.getWidth() * bands];
    int[] row = new int[raster.getWidth()];
    int[] pixel = new int[bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, row.length, 1, samples);
      for (int x = 0; x < row.length; x++) {
        System.arraycopy(samples, x * bands, pixel, 0, bands);
        row[x] = colour.of(pixel);
      }
      to.setRGB(0, y, row.length, 1, row, 0, row.length);
    }
  }

  /** Ink of 255 - c and so on in front of white, each product rounded. */
  private static int ofInverted(int c, int m, int y, int k) {
    return pack((c * k + 127) / 255, (m * k + 127) / 255, (y * k + 127) / 255);
  }

  /** A sample of so many bits as one of 8: the upper ones of more, spread evenly of fewer. */
  private static int eight(int sample, int bits) {
    if (bits >= 8) {
      return sample >>> (bits - 8) & 0xFF;
    }
    int most = (1 << bits) - 1;
    return (sample * 255 + most / 2) / most;
  }

  private static int clamp(double value) {
    return (int) Math.clamp(Math.rint(value), 0, 255);
  }

  private static int pack(int r, int g, int b) {
    return r << 16 | g << 8 | b;
  }
}
