package dev.facet.entropy;

import java.util.Arrays;

/**
 * The positions of a map in groups that a causal 5x5 mask lets be decoded together: position (y, x)
 * needs nothing beyond (y - 1, x + 2), so all positions with equal x + 3 * y are independent.
 */
final class Wavefront {
  /** Rows below may start this many columns behind: two columns of look-ahead, and one. */
  private static final int SLANT = 3;

  private Wavefront() {}

  /**
   * The groups in coding order, each with its positions as y * width + x, top to bottom.
   *
   * @return as many arrays as there are wavefronts: width + 3 * (height - 1)
   */
  static int[][] groups(int height, int width) {
    int[][] groups = new int[width + SLANT * (height - 1)][];
    int[] group = new int[Math.min(height, (width + SLANT - 1) / SLANT)];
    for (int t = 0; t < groups.length; t++) {
      int n = 0;
      for (int y = Math.max(0, (t - width + SLANT) / SLANT);
          y < height && t - SLANT * y >= 0;
          y++) {
        group[n++] = y * width + t - SLANT * y;
      }
      groups[t] = Arrays.copyOf(group, n);
    }
    return groups;
  }

  /** Every position alone, row by row. */
  static int[][] singles(int height, int width) {
    int[][] groups = new int[height * width][];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = new int[] {i};
    }
    return groups;
  }
}
