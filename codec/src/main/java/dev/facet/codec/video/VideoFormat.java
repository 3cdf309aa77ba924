package dev.facet.codec.video;

import java.util.Locale;
import java.util.Objects;

/**
 * Size and sample format of pictures.
 *
 * @param chroma which planes there are
 * @param bitDepth bits of a sample, 8 or 10
 * @param width of luma in samples, 1 to {@link #MAX_SIDE}; even in 4:2:0
 * @param height of luma in samples, 1 to {@link #MAX_SIDE}; even in 4:2:0
 */
public record VideoFormat(ChromaFormat chroma, int bitDepth, int width, int height) {
  /** Longest side. */
  public static final int MAX_SIDE = 1 << 16;

  /** Checks the ranges. */
  public VideoFormat {
    if (bitDepth != 8 && bitDepth != 10) {
      throw new IllegalArgumentException("bit depth " + bitDepth + " is neither 8 nor 10");
    }
    if (width < 1 || width > MAX_SIDE || height < 1 || height > MAX_SIDE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a picture of %d x %d: sides are 1 to %d", width, height, MAX_SIDE));
    }
    if (chroma == ChromaFormat.YUV420 && (width % 2 != 0 || height % 2 != 0)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "4:2:0 needs even sides, not %d x %d", width, height));
    }
  }

  /** A format with luma alone. */
  public static VideoFormat monochrome(int bitDepth, int width, int height) {
    return new VideoFormat(ChromaFormat.MONOCHROME, bitDepth, width, height);
  }

  /** A format with chroma of half the size. */
  public static VideoFormat yuv420(int bitDepth, int width, int height) {
    return new VideoFormat(ChromaFormat.YUV420, bitDepth, width, height);
  }

  /** Largest sample: 255 or 1023. */
  public int maxSample() {
    return (1 << bitDepth) - 1;
  }

  /** Width of plane {@code plane}, 0 for luma. */
  public int planeWidth(int plane) {
    return Objects.checkIndex(plane, chroma.planes()) == 0 ? width : width / 2;
  }

  /** Height of plane {@code plane}, 0 for luma. */
  public int planeHeight(int plane) {
    return Objects.checkIndex(plane, chroma.planes()) == 0 ? height : height / 2;
  }

  /** Samples of all planes. */
  public long samples() {
    long luma = (long) width * height;
    return chroma == ChromaFormat.MONOCHROME ? luma : luma + luma / 2;
  }

  /** The same with other sides. */
  public VideoFormat withSize(int newWidth, int newHeight) {
    return new VideoFormat(chroma, bitDepth, newWidth, newHeight);
  }

  /** For people: {@code 816x544 4:0:0 10 bit}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%dx%d %s %d bit",
        width,
        height,
        chroma == ChromaFormat.MONOCHROME ? "4:0:0" : "4:2:0",
        bitDepth);
  }
}
