package dev.facet.eval.scenes;

import java.util.Arrays;

/**
 * The visible pixels of an object in a picture (H, W).
 *
 * @param counts lengths of runs down the columns, from left to right, the first of pixels outside: COCO's uncompressed form
 * @param area pixels inside
 * @param x left edge of the pixels' box
 * @param y its upper edge
 * @param width its columns
 * @param height its rows
 */
public record Mask(int[] counts, int area, int x, int y, int width, int height) {

  /**
   * The pixels of a picture that have a value.
   *
   * @param ids row by row
   * @param stride pixels of a row
   * @param from the first column that may have some
   * @param to the column after the last one
   * @throws IllegalArgumentException if no pixel has it
   */
  static Mask of(int[] ids, int stride, int id, int from, int to) {
    int rows = ids.length / stride;
    int[] counts = new int[64];
    int runs = 0;
    boolean inside = false;
    int area = 0;
    int left = stride;
    int right = -1;
    int top = rows;
    int bottom = -1;
    counts[0] = from * rows;
    for (int x = from; x < to; x++) {
      for (int y = 0; y < rows; y++) {
        boolean hit = ids[y * stride + x] == id;
        if (hit != inside) {
          inside = hit;
          runs++;
          if (runs == counts.length) {
            counts = Arrays.copyOf(counts, 2 * runs);
          }
        }
        counts[runs]++;
        if (hit) {
          area++;
          left = Math.min(left, x);
          right = x;
          top = Math.min(top, y);
          bottom = Math.max(bottom, y);
        }
      }
    }
    if (inside && to < stride) {
      inside = false;
      runs++;
      counts = runs == counts.length ? Arrays.copyOf(counts, runs + 1) : counts;
    }
    counts[runs] += (stride - to) * rows;
    if (area == 0) {
      throw new IllegalArgumentException("no pixel of object " + id);
    }
    return new Mask(
        Arrays.copyOf(counts, runs + 1), area, left, top, right - left + 1, bottom - top + 1);
  }

  /** Its pixels, row by row, in a picture of that size. */
  public boolean[] pixels(int imageWidth, int imageHeight) {
    boolean[] pixels = new boolean[imageWidth * imageHeight];
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      for (int k = 0; k < counts[i]; k++, at++) {
        pixels[at % imageHeight * imageWidth + at / imageHeight] = i % 2 == 1;
      }
    }
    return pixels;
  }
}
