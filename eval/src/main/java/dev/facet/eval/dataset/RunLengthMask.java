package dev.facet.eval.dataset;

import dev.facet.nn.Tensor;
import java.util.Arrays;

/**
 * The pixels of an object in an image of (H, W), as COCO stores them: lengths of runs down the columns, from left to right, the
 * first of pixels outside.
 */
public final class RunLengthMask {
  /** Of an image; a mask from a file says itself how large it is. */
  private static final long MOST_PIXELS = 1L << 28;

  private final int height;
  private final int width;
  private final int[] counts;

  private RunLengthMask(int height, int width, int[] counts) {
    this.height = height;
    this.width = width;
    this.counts = counts;
  }

  /**
   * From run lengths.
   *
   * @throws IllegalArgumentException if a run is negative or they are not height * width pixels together
   */
  public static RunLengthMask of(int height, int width, int[] counts) {
    long pixels = pixels(height, width);
    long sum = 0;
    for (int count : counts) {
      if (count < 0) {
        throw new IllegalArgumentException("mask with a run of " + count + " pixels");
      }
      sum += count;
    }
    if (sum != pixels) {
      throw new IllegalArgumentException(
          "mask with runs of " + sum + " pixels for an image of " + height + " x " + width);
    }
    return new RunLengthMask(height, width, counts.clone());
  }

  /** The pixels of a map (H, W, 1) that are at least {@code threshold}. */
  public static RunLengthMask of(Tensor map, float threshold) {
    int height = map.height();
    int width = map.width();
    int[] counts = new int[Math.toIntExact(pixels(height, width)) + 2];
    int last = 0;
    boolean inside = false;
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        if (map.get(y, x, 0) >= threshold != inside) {
          inside = !inside;
          last++;
        }
        counts[last]++;
      }
    }
    return new RunLengthMask(height, width, Arrays.copyOf(counts, last + 1));
  }

  /**
   * From COCO's compressed string: each run in groups of five bits, lowest first, as characters from '0' on, bit 5 set when another
   * follows; from the fourth run on, the difference to the one before the last.
   *
   * @throws IllegalArgumentException if the text is no such string, or see {@link #of(int, int, int[])}
   */
  public static RunLengthMask parse(int height, int width, String text) {
    int[] counts = new int[text.length()];
    int n = 0;
    long value = 0;
    int shift = 0;
    for (int i = 0; i < text.length(); i++) {
      int code = text.charAt(i) - '0';
      if (code < 0 || code >= 64 || shift > 30) {
        throw new IllegalArgumentException("mask with a damaged run at character " + i);
      }
      value |= (long) (code & 31) << shift;
      shift += 5;
      if ((code & 32) == 0) {
        if ((code & 16) != 0) {
          value |= -1L << shift;
        }
        value += n > 2 ? counts[n - 2] : 0;
        if (value < 0 || value > MOST_PIXELS) {
          throw new IllegalArgumentException("mask with a run of " + value + " pixels");
        }
        counts[n++] = (int) value;
        value = 0;
        shift = 0;
      }
    }
    if (shift > 0) {
      throw new IllegalArgumentException("mask that ends inside a run");
    }
    return of(height, width, Arrays.copyOf(counts, n));
  }

  /** The string that {@link #parse} reads. */
  public String compressed() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < counts.length; i++) {
      int value = i > 2 ? counts[i] - counts[i - 2] : counts[i];
      boolean more = true;
      while (more) {
        int code = value & 31;
        value >>= 5;
        more = (code & 16) != 0 ? value != -1 : value != 0;
        text.append((char) ('0' + (more ? code | 32 : code)));
      }
    }
    return text.toString();
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** The run lengths, copied. */
  public int[] counts() {
    return counts.clone();
  }

  /** How many pixels. */
  public long area() {
    long area = 0;
    for (int i = 1; i < counts.length; i += 2) {
      area += counts[i];
    }
    return area;
  }

  /** The smallest box around it; all zeros for a mask without a pixel. */
  public BoundingBox box() {
    int left = width;
    int top = height;
    int right = 0;
    int bottom = 0;
    int at = 0;
    for (int i = 0; i < counts.length; at += counts[i], i++) {
      if (i % 2 == 1 && counts[i] > 0) {
        int last = at + counts[i] - 1;
        boolean oneColumn = at / height == last / height;
        left = Math.min(left, at / height);
        right = Math.max(right, last / height + 1);
        top = Math.min(top, oneColumn ? at % height : 0);
        bottom = Math.max(bottom, oneColumn ? last % height + 1 : height);
      }
    }
    return right == 0
        ? new BoundingBox(0, 0, 0, 0)
        : new BoundingBox(left, top, right - left, bottom - top);
  }

  /** Pixels of both; 0 for masks of images of different sizes. */
  public long intersection(RunLengthMask other) {
    if (height != other.height || width != other.width) {
      return 0;
    }
    long common = 0;
    long end = 0;
    long otherEnd = 0;
    long at = 0;
    int i = 0;
    int j = 0;
    long all = (long) height * width;
    while (at < all) {
      while (end == at) {
        end += counts[i++];
      }
      while (otherEnd == at) {
        otherEnd += other.counts[j++];
      }
      long next = Math.min(end, otherEnd);
      if (i % 2 == 0 && j % 2 == 0) {
        common += next - at;
      }
      at = next;
    }
    return common;
  }

  /** True for each pixel of the object, row by row: pixel (y, x) at {@code y * width + x}. */
  public boolean[] pixels() {
    boolean[] pixels = new boolean[height * width];
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      for (int k = 0; k < counts[i]; k++, at++) {
        pixels[at % height * width + at / height] = i % 2 == 1;
      }
    }
    return pixels;
  }

  private static long pixels(int height, int width) {
    if (height < 1 || width < 1 || (long) height * width > MOST_PIXELS) {
      throw new IllegalArgumentException("mask of an image of " + height + " x " + width);
    }
    return (long) height * width;
  }
}
