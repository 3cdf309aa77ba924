package dev.facet.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.Tensor;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of picture that is read, and every one that is refused. */
class PictureTest {
  private static final int LIMIT = 1 << 22;

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "tiff"})
  void losslessFormatsKeepEveryPixel(String format) throws IOException {
    BufferedImage image = Pictures.colours(23, 31);
    Picture read = decode(Pictures.write(image, format));
    assertThat(read.height()).isEqualTo(23);
    assertThat(read.width()).isEqualTo(31);
    assertThat(pixels(read)).isEqualTo(pixels(new Picture(image)));
  }

  @Test
  void jpegIsNearAndGifHasItsPalette() throws IOException {
    BufferedImage image = Pictures.colours(24, 32);
    assertThat(worst(decode(Pictures.write(image, "jpeg")), image)).isLessThan(24);
    assertThat(worst(decode(Pictures.write(image, "gif")), image)).isLessThan(24);
  }

  @Test
  void tensorIsRgbFromZeroToOne() throws IOException {
    Tensor tensor = decode(Pictures.write(Pictures.colours(5, 7), "png")).tensor();
    assertThat(new int[] {tensor.height(), tensor.width(), tensor.channels()})
        .containsExactly(5, 7, 3);
    // row 2, column 3 of Pictures.colours
    int at = (2 * 7 + 3) * 3;
    assertThat(Arrays.copyOfRange(tensor.data(), at, at + 3))
        .containsExactly(50 / 255f, 48 / 255f, 187 / 255f);
  }

  /** Java's own conversion of grey would give 188 for 128. */
  @Test
  void greyKeepsItsValues() throws IOException {
    BufferedImage grey = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY);
    for (int x = 0; x < 3; x++) {
      grey.getRaster().setSample(x, 0, 0, 64 * (x + 1));
    }
    for (String format : new String[] {"png", "bmp", "tiff"}) {
      assertThat(pixels(decode(Pictures.write(grey, format))))
          .as(format)
          .containsExactly(0x404040, 0x808080, 0xC0C0C0);
    }
    BufferedImage flat = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    Arrays.fill(
        ((java.awt.image.DataBufferByte) flat.getRaster().getDataBuffer()).getData(), (byte) 128);
    assertThat(pixels(decode(Pictures.write(flat, "jpeg")))).containsOnly(0x808080);
  }

  @Test
  void transparencyIsDroppedNotBlended() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00112233);
    image.setRGB(1, 0, 0x80445566);
    assertThat(pixels(decode(Pictures.write(image, "png")))).containsExactly(0x112233, 0x445566);
    // grey with transparency
    WritableRaster raster = Pictures.flat(1, 1, 77, 0);
    BufferedImage grey = componentImage(raster, ColorSpace.CS_GRAY, true, DataBuffer.TYPE_BYTE);
    assertThat(pixels(decode(Pictures.write(grey, "png")))).containsExactly(0x4D4D4D);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void palettes(int bits) throws IOException {
    int n = 1 << bits;
    byte[] r = new byte[n];
    byte[] g = new byte[n];
    byte[] b = new byte[n];
    for (int i = 0; i < n; i++) {
      r[i] = (byte) (255 - i);
      g[i] = (byte) (3 * i);
      b[i] = (byte) (17 + i);
    }
    IndexColorModel palette = new IndexColorModel(bits, n, r, g, b);
    BufferedImage image =
        new BufferedImage(
            5,
            1,
            bits == 8 ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_BYTE_BINARY,
            palette);
    for (int x = 0; x < 5; x++) {
      image.getRaster().setSample(x, 0, 0, x % n);
    }
    for (String format : new String[] {"png", "gif", "bmp"}) {
      if (format.equals("bmp") && bits == 2) {
        continue; // no such BMP
      }
      int[] pixels = pixels(decode(Pictures.write(image, format)));
      for (int x = 0; x < 5; x++) {
        int i = x % n;
        assertThat(pixels[x]).as(format).isEqualTo(((255 - i) << 16) | ((3 * i) << 8) | (17 + i));
      }
    }
  }

  @Test
  void sixteenBitsKeepTheUpperEight() throws IOException {
    WritableRaster grey = Raster.createInterleavedRaster(DataBuffer.TYPE_USHORT, 2, 1, 1, null);
    grey.setSample(0, 0, 0, 0x12FF);
    grey.setSample(1, 0, 0, 0xFE01);
    byte[] png =
        Pictures.write(
            componentImage(grey, ColorSpace.CS_GRAY, false, DataBuffer.TYPE_USHORT), "png");
    assertThat(pixels(decode(png))).containsExactly(0x121212, 0xFEFEFE);
    WritableRaster rgb = Raster.createInterleavedRaster(DataBuffer.TYPE_USHORT, 1, 1, 3, null);
    rgb.setPixel(0, 0, new int[] {0x01FF, 0x8000, 0xFFFF});
    for (String format : new String[] {"png", "tiff"}) {
      byte[] file =
          Pictures.write(
              componentImage(rgb, ColorSpace.CS_sRGB, false, DataBuffer.TYPE_USHORT), format);
      assertThat(pixels(decode(file))).as(format).containsExactly(0x0180FF);
    }
  }

  @Test
  void bmpOfFiveAndSixBits() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_565_RGB);
    image.getRaster().setPixel(0, 0, new int[] {31, 0, 16});
    image.getRaster().setPixel(1, 0, new int[] {1, 63, 0});
    assertThat(pixels(decode(Pictures.write(image, "bmp")))).containsExactly(0xFF0084, 0x08FF00);
  }

  @Test
  void wbmp() throws IOException {
    BufferedImage image = new BufferedImage(9, 2, BufferedImage.TYPE_BYTE_BINARY);
    image.getRaster().setSample(8, 1, 0, 1);
    int[] pixels = pixels(decode(Pictures.write(image, "wbmp")));
    assertThat(pixels[17]).isEqualTo(0xFFFFFF);
    assertThat(Arrays.stream(pixels).filter(p -> p == 0)).hasSize(17);
  }

  /** Inverted as Adobe writes it: 255 is no ink. */
  @Test
  void cmykJpeg() throws IOException {
    byte[] plain = Pictures.jpegOf(Pictures.flat(16, 16, 200, 100, 50, 128));
    int expected = rgb((200 * 128 + 127) / 255, (100 * 128 + 127) / 255, (50 * 128 + 127) / 255);
    assertThat(distance(pixels(decode(plain))[40], expected)).isLessThan(3);
    byte[] marked = Pictures.withSegment(plain, 0xEE, Pictures.adobe(0));
    assertThat(distance(pixels(decode(marked))[40], expected)).isLessThan(3);
  }

  /** The same ink as YCCK: Y, Cb and Cr of the inks' complement, K as it is. */
  @Test
  void ycckJpeg() throws IOException {
    int r = 255 - 200;
    int g = 255 - 100;
    int b = 255 - 50;
    int luma = (int) Math.rint(0.299 * r + 0.587 * g + 0.114 * b);
    int cb = (int) Math.rint(128 + (b - luma) / 1.772);
    int cr = (int) Math.rint(128 + (r - luma) / 1.402);
    byte[] plain = Pictures.jpegOf(Pictures.flat(16, 16, luma, cb, cr, 128));
    byte[] marked = Pictures.withSegment(plain, 0xEE, Pictures.adobe(2));
    int expected = rgb((200 * 128 + 127) / 255, (100 * 128 + 127) / 255, (50 * 128 + 127) / 255);
    assertThat(distance(pixels(decode(marked))[40], expected)).isLessThan(4);
  }

  /** Where the upper left corner of the stored picture comes to lie, and the sizes. */
  @ParameterizedTest
  @CsvSource({
    "1, 16, 24, 0, 0",
    "2, 16, 24, 0, 23",
    "3, 16, 24, 15, 23",
    "4, 16, 24, 15, 0",
    "5, 24, 16, 0, 0",
    "6, 24, 16, 0, 15",
    "7, 24, 16, 23, 15",
    "8, 24, 16, 23, 0",
  })
  void exifOrientation(int tag, int height, int width, int row, int column) throws IOException {
    BufferedImage image = new BufferedImage(24, 16, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        image.setRGB(x, y, 0xFFFFFF);
      }
    }
    byte[] jpeg = Pictures.write(image, "jpeg");
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      byte[] tagged = Pictures.withSegment(jpeg, 0xE1, Pictures.exif(tag, order));
      Picture upright = Picture.decode("t", tagged, true, LIMIT);
      assertThat(new int[] {upright.height(), upright.width()}).containsExactly(height, width);
      assertThat(upright.image().getRGB(column, row) & 0xFF).isGreaterThan(200);
      assertThat(upright.image().getRGB(width - 1 - column, height - 1 - row) & 0xFF)
          .isLessThan(50);
      Picture stored = Picture.decode("t", tagged, false, LIMIT);
      assertThat(pixels(stored)).isEqualTo(pixels(decode(jpeg)));
    }
  }

  @Test
  void damagedExifSaysNothing() throws IOException {
    byte[] jpeg = Pictures.write(Pictures.colours(16, 24), "jpeg");
    byte[] exif = Pictures.exif(6, ByteOrder.LITTLE_ENDIAN);
    for (int length = 0; length < exif.length; length++) {
      byte[] cut = Pictures.withSegment(jpeg, 0xE1, Arrays.copyOf(exif, length));
      assertThat(Picture.decode("t", cut, true, LIMIT).width()).isIn(16, 24);
    }
    for (int i = 0; i < exif.length; i++) {
      for (int value : new int[] {0, 1, 0x7F, 0x80, 0xFF}) {
        byte[] changed = exif.clone();
        changed[i] = (byte) value;
        byte[] file = Pictures.withSegment(jpeg, 0xE1, changed);
        assertThat(Picture.decode("t", file, true, LIMIT).width()).isIn(16, 24);
      }
    }
    // a value that is no orientation
    byte[] nine = Pictures.withSegment(jpeg, 0xE1, Pictures.exif(9, ByteOrder.BIG_ENDIAN));
    assertThat(Picture.decode("t", nine, true, LIMIT).width()).isEqualTo(24);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "gif", "bmp", "tiff", "wbmp"})
  void onePixel(String format) throws IOException {
    int type = format.equals("wbmp") ? BufferedImage.TYPE_BYTE_BINARY : BufferedImage.TYPE_INT_RGB;
    Picture read = decode(Pictures.write(new BufferedImage(1, 1, type), format));
    assertThat(pixels(read)).containsExactly(0);
  }

  @Test
  void veryWide() throws IOException {
    Picture read = decode(Pictures.png(20_000, 1, 1));
    assertThat(read.width()).isEqualTo(20_000);
    assertThat(read.tensor().data()).hasSize(60_000).containsOnly(0f);
  }

  /** The size is believed only as far as the limit, before anything is decoded. */
  @Test
  void bombsAreRefusedByTheirHeader() {
    assertThatThrownBy(() -> decode(Pictures.png(100_000, 100_000, 1)))
        .isInstanceOf(PictureException.class)
        .hasMessage("t: has 100000 x 100000 pixels, the limit is 4194304: make it smaller");
    assertThatThrownBy(() -> decode(Pictures.png(Integer.MAX_VALUE, Integer.MAX_VALUE, 0)))
        .isInstanceOf(PictureException.class);
    assertThatThrownBy(() -> decode(Pictures.png(-1, 5, 0))).isInstanceOf(PictureException.class);
    byte[] gif = Pictures.write(Pictures.colours(4, 4), "gif");
    int descriptor = indexOf(gif, 0x2C);
    Arrays.fill(gif, descriptor + 5, descriptor + 9, (byte) 0xFF);
    assertThatThrownBy(() -> decode(gif))
        .isInstanceOf(PictureException.class)
        .hasMessageContaining("65535 x 65535");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "gif", "bmp", "tiff", "wbmp"})
  void everyTruncationIsOneLine(String format) {
    BufferedImage image =
        format.equals("wbmp")
            ? new BufferedImage(40, 30, BufferedImage.TYPE_BYTE_BINARY)
            : Pictures.colours(30, 40);
    byte[] file = Pictures.write(image, format);
    int step = Math.max(1, file.length / 300);
    // what follows the pixels is not needed: checksum and end of a PNG, the last byte of a GIF
    int needed = file.length - (format.equals("png") ? 24 : format.equals("gif") ? 4 : 0);
    for (int length = 0; length < needed; length += step) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> decode(cut))
          .as("%d of %d bytes", length, file.length)
          .isInstanceOf(PictureException.class)
          .hasMessageStartingWith("t: ");
    }
  }

  @Test
  void otherFilesAreNamed(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> decode(new byte[0])).hasMessage("t: is empty: no picture");
    assertThatThrownBy(
            () -> decode("<svg></svg>".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
        .hasMessageContaining("t: is no PNG, JPEG");
    Path missing = folder.resolve("x.png");
    assertThatThrownBy(() -> Picture.read(missing, true)).isInstanceOf(NoSuchFileException.class);
    Path there = folder.resolve("y.png");
    Files.write(there, Pictures.write(Pictures.colours(3, 4), "png"));
    assertThat(Picture.read(there, true).width()).isEqualTo(4);
  }

  private static Picture decode(byte[] file) throws IOException {
    return Picture.decode("t", file, true, LIMIT);
  }

  private static BufferedImage componentImage(
      WritableRaster raster, int space, boolean alpha, int type) {
    ComponentColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(space),
            alpha,
            false,
            alpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
            type);
    return new BufferedImage(model, raster, false, null);
  }

  private static int[] pixels(Picture picture) {
    int[] rgb =
        picture.image().getRGB(0, 0, picture.width(), picture.height(), null, 0, picture.width());
    return Arrays.stream(rgb).map(p -> p & 0xFFFFFF).toArray();
  }

  private static int worst(Picture picture, BufferedImage original) {
    int[] a = pixels(picture);
    int[] b = pixels(new Picture(original));
    assertThat(a).hasSameSizeAs(b);
    int worst = 0;
    for (int i = 0; i < a.length; i++) {
      worst = Math.max(worst, distance(a[i], b[i]));
    }
    return worst;
  }

  private static int distance(int a, int b) {
    int worst = 0;
    for (int shift = 0; shift < 24; shift += 8) {
      worst = Math.max(worst, Math.abs((a >> shift & 0xFF) - (b >> shift & 0xFF)));
    }
    return worst;
  }

  private static int rgb(int r, int g, int b) {
    return (r << 16) | (g << 8) | b;
  }

  private static int indexOf(byte[] bytes, int value) {
    for (int i = 0; i < bytes.length; i++) {
      if ((bytes[i] & 0xFF) == value) {
        return i;
      }
    }
    throw new AssertionError("no byte " + value);
  }
}
