package dev.facet.codec.video;

import java.util.Arrays;
import java.util.Locale;

/**
 * One picture: a plane of samples for luma and, in 4:2:0, two for chroma (Cb, Cr). Each plane is row-major without padding, samples
 * are 0 to {@link VideoFormat#maxSample()}. Immutable by agreement: the arrays are not copied.
 */
public final class VideoPicture {
  private final VideoFormat format;
  private final short[][] planes;

  private VideoPicture(VideoFormat format, short[][] planes) {
    this.format = format;
    this.planes = planes;
  }

  /**
   * A picture.
   *
   * @param planes luma, then Cb and Cr if the format has them
   * @throws IllegalArgumentException if a plane is missing or of another size, or a sample is out of range
   */
  public static VideoPicture of(VideoFormat format, short[]... planes) {
    if (planes.length != format.chroma().planes()) {
      throw new IllegalArgumentException(planes.length + " planes, not those of " + format);
    }
    int max = format.maxSample();
    for (int p = 0; p < planes.length; p++) {
      int expected = format.planeWidth(p) * format.planeHeight(p);
      if (planes[p].length != expected) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "plane %d has %d samples, not %d", p, planes[p].length, expected));
      }
      for (short sample : planes[p]) {
        if (sample < 0 || sample > max) {
          throw new IllegalArgumentException(
              String.format(Locale.ROOT, "plane %d: sample %d is not in 0..%d", p, sample, max));
        }
      }
    }
    return new VideoPicture(format, planes.clone());
  }

  /** Size and sample format. */
  public VideoFormat format() {
    return format;
  }

  /** Plane {@code index}, 0 for luma; row-major, not copied. */
  public short[] plane(int index) {
    return planes[index];
  }

  /**
   * This in the left upper corner of a picture at least as large; its last column and row are repeated to fill the rest.
   *
   * @throws IllegalArgumentException if a side is smaller than this picture's
   */
  public VideoPicture padded(int width, int height) {
    if (width < format.width() || height < format.height()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s does not fit into %d x %d", format, width, height));
    }
    return resized(width, height);
  }

  /**
   * The left upper corner.
   *
   * @throws IllegalArgumentException if a side is larger than this picture's
   */
  public VideoPicture cropped(int width, int height) {
    if (width > format.width() || height > format.height()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%d x %d is not inside %s", width, height, format));
    }
    return resized(width, height);
  }

  private VideoPicture resized(int width, int height) {
    if (width == format.width() && height == format.height()) {
      return this;
    }
    VideoFormat target = format.withSize(width, height);
    short[][] resized = new short[planes.length][];
    for (int p = 0; p < planes.length; p++) {
      int from = format.planeWidth(p);
      int to = target.planeWidth(p);
      int rows = target.planeHeight(p);
      int lastRow = format.planeHeight(p) - 1;
      short[] plane = new short[to * rows];
      for (int y = 0; y < rows; y++) {
        int source = Math.min(y, lastRow) * from;
        System.arraycopy(planes[p], source, plane, y * to, Math.min(from, to));
        if (to > from) {
          Arrays.fill(plane, y * to + from, (y + 1) * to, planes[p][source + from - 1]);
        }
      }
      resized[p] = plane;
    }
    return new VideoPicture(target, resized);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VideoPicture that
        && format.equals(that.format)
        && Arrays.deepEquals(planes, that.planes);
  }

  @Override
  public int hashCode() {
    return 31 * format.hashCode() + Arrays.deepHashCode(planes);
  }

  @Override
  public String toString() {
    return "VideoPicture(" + format + ")";
  }
}
