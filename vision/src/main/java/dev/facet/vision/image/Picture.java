package dev.facet.vision.image;

import dev.facet.nn.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A picture in RGB, 8 bits a channel, as PIL's {@code convert("RGB")} gives it and so as training
 * saw it: transparency is dropped, grey repeated, a palette looked up, 16 bits cut to their upper 8,
 * colour profiles ignored. Samples are taken as they are stored: Java's own conversion would treat
 * grey values as linear light and brighten them.
 *
 * @param image of type {@link BufferedImage#TYPE_INT_RGB}; not copied
 */
public record Picture(BufferedImage image) {
  /** 64 Mpixel: what {@link #read(Path, boolean)} decodes at most. */
  public static final long MAX_PIXELS = 1L << 26;

  /** Most bytes of a file: more than any picture within the default limit needs. */
  private static final int MAX_FILE = 1 << 29;

  private static final int CHANNELS = 3;

  /**
   * @throws IllegalArgumentException if the image is of another type
   */
  public Picture {
    if (image.getType() != BufferedImage.TYPE_INT_RGB) {
      throw new IllegalArgumentException("a picture is TYPE_INT_RGB, not " + image.getType());
    }
  }

  /**
   * Reads a PNG, JPEG, GIF (its first frame), BMP, TIFF (its first page) or WBMP of at most {@link
   * #MAX_PIXELS}; the content decides, not the name.
   *
   * @param upright whether to turn a JPEG as its EXIF orientation says. Labels of data sets usually
   *     refer to the pixels as stored, without it
   * @throws PictureException if this is no such picture, it is damaged or too large
   * @throws IOException if the file system fails
   */
  public static Picture read(Path file, boolean upright) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_FILE + 1);
    }
    if (bytes.length > MAX_FILE) {
      throw new PictureException(
          file.toString(),
          String.format(Locale.ROOT, "has more than %d bytes: make the picture smaller", MAX_FILE));
    }
    return decode(file.toString(), bytes, upright, MAX_PIXELS);
  }

  /**
   * Decodes a file in memory, as {@link #read(Path, boolean)} does.
   *
   * @param name for messages
   * @param maxPixels a picture of more is refused before anything is decoded
   * @throws PictureException if this is no such picture, it is damaged or too large
   */
  public static Picture decode(String name, byte[] file, boolean upright, long maxPixels)
      throws PictureException {
    JpegHeader jpeg = JpegHeader.of(file);
    BufferedImage decoded = new PictureDecoder(name, file, jpeg, maxPixels).decode();
    return new Picture(upright ? jpeg.orientation().apply(decoded) : decoded);
  }

  /**
   * A picture of samples, the inverse of {@link #tensor()}.
   *
   * @param rgb (H, W, 3), 0 to 1; rounded to multiples of 1 / 255
   * @throws IllegalArgumentException if there are not three channels
   */
  public static Picture of(Tensor rgb) {
    if (rgb.channels() != CHANNELS) {
      throw new IllegalArgumentException("a picture has 3 channels, not " + rgb.channels());
    }
    BufferedImage image = new BufferedImage(rgb.width(), rgb.height(), BufferedImage.TYPE_INT_RGB);
    int[] row = new int[rgb.width()];
    int from = 0;
    for (int y = 0; y < rgb.height(); y++) {
      for (int x = 0; x < row.length; x++) {
        int colour = 0;
        for (int c = 0; c < CHANNELS; c++) {
          colour = colour << 8 | Math.clamp(Math.round(255 * rgb.data()[from++]), 0, 0xFF);
        }
        row[x] = colour;
      }
      image.setRGB(0, y, row.length, 1, row, 0, row.length);
    }
    return new Picture(image);
  }

  /** Rows. */
  public int height() {
    return image.getHeight();
  }

  /** Columns. */
  public int width() {
    return image.getWidth();
  }

  /** The picture as networks take it: (H, W, 3), RGB, value / 255. */
  public Tensor tensor() {
    Tensor tensor = Tensor.zeros(height(), width(), CHANNELS);
    int[] row = new int[width()];
    int to = 0;
    for (int y = 0; y < height(); y++) {
      image.getRGB(0, y, width(), 1, row, 0, width());
      for (int rgb : row) {
        tensor.data()[to++] = (rgb >> 16 & 0xFF) / 255f;
        tensor.data()[to++] = (rgb >> 8 & 0xFF) / 255f;
        tensor.data()[to++] = (rgb & 0xFF) / 255f;
      }
    }
    return tensor;
  }
}
