package dev.facet.bench;

import dev.facet.entropy.CdfTable;
import java.util.Random;

/**
 * Symbols as the coder sees them, each with a row of the table.
 *
 * @param values symbols, none of them an escape
 * @param rows of the table, one for each symbol
 */
public record Symbols(int[] values, int[] rows) {
  /**
   * Draws symbols from the rows' own distributions.
   *
   * @param spread of the rows, of which the first has the smallest scale: few of them as in a latent at a low rate, or all alike
   */
  public static Symbols draw(CdfTable table, int n, RowSpread spread) {
    Random random = new Random(1);
    int[][] cdfs = new int[table.rows()][];
    for (int row = 0; row < cdfs.length; row++) {
      cdfs[row] = table.cdf(row);
    }
    int[] values = new int[n];
    int[] rows = new int[n];
    for (int i = 0; i < n; i++) {
      int row =
          switch (spread) {
            case LOW_RATE ->
                Math.min(cdfs.length - 1, (int) Math.abs(random.nextGaussian() * cdfs.length / 5));
            case ALL_ROWS -> random.nextInt(cdfs.length);
          };
      int escape = cdfs[row].length - 2;
      int bin;
      do {
        bin = bin(cdfs[row], random.nextInt(1 << 16));
      } while (bin == escape);
      rows[i] = row;
      values[i] = bin + table.offset(row);
    }
    return new Symbols(values, rows);
  }

  private static int bin(int[] cdf, int cumulative) {
    int bin = 0;
    while (cdf[bin + 1] <= cumulative) {
      bin++;
    }
    return bin;
  }

  /** How rows are distributed. */
  public enum RowSpread {
    /** Small scales most of the time: about 0.9 bits a symbol. */
    LOW_RATE,
    /** Each row as often: about 4.6 bits a symbol. */
    ALL_ROWS
  }
}
