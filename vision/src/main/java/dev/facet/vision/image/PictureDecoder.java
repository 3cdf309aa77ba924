package dev.facet.vision.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/** Decodes one file with the JDK's own readers, behind checks of the sizes that it states. */
final class PictureDecoder implements IIOReadWarningListener {
  private static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp", "tif", "wbmp");

  private final String name;
  private final byte[] file;
  private final JpegHeader jpeg;
  private final long maxPixels;
  private @Nullable String warning;

  PictureDecoder(String name, byte[] file, JpegHeader jpeg, long maxPixels) {
    this.name = name;
    this.file = file;
    this.jpeg = jpeg;
    this.maxPixels = maxPixels;
  }

  BufferedImage decode() throws PictureException {
    if (file.length == 0) {
      throw new PictureException(name, "is empty: no picture");
    }
    // in memory: ImageIO's default would write the file to disk again
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      ImageReader reader = reader(in);
      try {
        reader.addIIOReadWarningListener(this);
        reader.setInput(in, true, true);
        requireSize(reader.getWidth(0), reader.getHeight(0));
        requireSize(reader.getTileWidth(0), reader.getTileHeight(0));
        BufferedImage decoded = decode(reader);
        requireComplete();
        return decoded;
      } finally {
        reader.dispose();
      }
    } catch (PictureException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // the JDK's readers throw what comes up when they meet damage
      throw damaged(e);
    } catch (OutOfMemoryError e) {
      throw new PictureException(
          name, "does not fit into memory: make it smaller, or give the JVM more", e);
    }
  }

  private ImageReader reader(ImageInputStream in) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        return reader;
      }
      reader.dispose();
    }
    throw new PictureException(
        name, "is no PNG, JPEG, GIF, BMP, TIFF or WBMP picture: convert it to one of these");
  }

  private BufferedImage decode(ImageReader reader) throws IOException {
    if (jpeg.isJpeg() && reader.canReadRaster()) {
      Raster raw;
      try {
        return Rgb.of(name, reader.read(0));
      } catch (IIOException e) {
        // four components: the reader gives them only as they are stored
        raw = reader.readRaster(0, null);
        if (raw.getNumBands() != 4) {
          throw e;
        }
      }
      return Rgb.ofAdobe(raw, jpeg.adobeTransform() == 2);
    }
    return Rgb.of(name, reader.read(0));
  }

  private void requireSize(int width, int height) throws PictureException {
    if (width < 1 || height < 1) {
      throw new PictureException(name, "states a size of " + width + " x " + height + " pixels");
    }
    if ((long) width * height > maxPixels) {
      throw new PictureException(
          name,
          String.format(
              Locale.ROOT,
              "has %d x %d pixels, the limit is %d: make it smaller",
              width,
              height,
              maxPixels));
    }
  }

  /** Some readers fill what is missing with grey and merely warn. */
  private void requireComplete() throws PictureException {
    if (warning != null && (!jpeg.isJpeg() || warning.contains("EOI"))) {
      throw damaged(new IIOException(warning));
    }
  }

  private PictureException damaged(Exception cause) {
    String why = cause.getMessage();
    String detail = why == null || why.isBlank() ? "" : " (" + why.strip() + ")";
    return new PictureException(
        name, "is damaged, cut off or of an unusual kind" + detail + ": save it again", cause);
  }

  @Override
  public void warningOccurred(ImageReader source, String message) {
    warning = warning == null || message.contains("EOI") ? message : warning;
  }
}
