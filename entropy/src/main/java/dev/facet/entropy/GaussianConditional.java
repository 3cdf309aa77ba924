package dev.facet.entropy;

import java.util.Arrays;
import java.util.Objects;

/**
 * Gaussian conditional entropy model: each latent has its own mean and scale, and the scale selects
 * one of the quantized distributions (CompressAI's {@code GaussianConditional}; D. Minnen, J.
 * Ballé, G. Toderici: Joint Autoregressive and Hierarchical Priors, 2018).
 *
 * <p>Immutable and thread-safe.
 */
public final class GaussianConditional {
  private final float[] scaleTable;
  private final CdfTable table;

  /** Thresholds of the search: all scales but the last, then infinities up to 2^k - 1 entries. */
  private final float[] thresholds;

  private GaussianConditional(float[] scaleTable, CdfTable table) {
    this.scaleTable = scaleTable;
    this.table = table;
    int last = scaleTable.length - 1;
    int size = last == 0 ? 0 : 2 * Integer.highestOneBit(last) - 1;
    thresholds = new float[size];
    Arrays.fill(thresholds, Float.POSITIVE_INFINITY);
    System.arraycopy(scaleTable, 0, thresholds, 0, last);
  }

  /** Makes the model with one of the known table variants. */
  public static GaussianConditional of(GaussianVariant variant) {
    return new GaussianConditional(variant.scaleTable(), variant.cdfTable());
  }

  /**
   * Makes the model from the scales and the tables of a checkpoint.
   *
   * @param scaleTable {@code scale_table}: positive, finite, strictly ascending
   * @param table one row per scale
   * @throws IllegalArgumentException if the scales are not such, or the numbers disagree
   */
  public static GaussianConditional of(float[] scaleTable, CdfTable table) {
    GaussianTables.checkScales(scaleTable);
    if (scaleTable.length != table.rows()) {
      throw new IllegalArgumentException(
          scaleTable.length + " scales, but " + table.rows() + " distributions");
    }
    return new GaussianConditional(scaleTable.clone(), table);
  }

  /** Returns the distributions, one row for each scale. */
  public CdfTable table() {
    return table;
  }

  /** Returns the scales, ascending. */
  public float[] scaleTable() {
    return scaleTable.clone();
  }

  /**
   * Selects the row for each scale: the first one whose scale is not smaller, else the last one.
   * Equality belongs to the lower row. Everything below the first scale, negative numbers included,
   * gets row 0, which covers the reference's lower bound of 0.11; NaN gets the last row, as in the
   * reference.
   *
   * @param scales predicted scales, at {@code off} to {@code off + n - 1}
   * @param indexes receives the rows at the same positions
   */
  public void indexes(float[] scales, int off, int n, int[] indexes) {
    Objects.checkFromIndexSize(off, n, scales.length);
    Objects.checkFromIndexSize(off, n, indexes.length);
    int last = scaleTable.length - 1;
    for (int i = off; i < off + n; i++) {
      // NaN runs past the infinities, hence the minimum
      indexes[i] = Math.min(search(scales[i]), last);
    }
  }

  private int search(float scale) {
    int index = 0;
    for (int step = (thresholds.length + 1) >> 1; step > 0; step >>= 1) {
      index += scale <= thresholds[index + step - 1] ? 0 : step;
    }
    return index;
  }

  /**
   * Rounds latents to symbols: round(y - mean), the difference in float32, halves to even.
   *
   * @param y latents, at {@code off} to {@code off + n - 1}
   * @param means predicted means at the same positions
   * @param symbols receives the symbols at the same positions
   * @throws IllegalArgumentException if a difference is NaN or its magnitude is 2^27 or more
   */
  public static void quantize(float[] y, float[] means, int off, int n, int[] symbols) {
    Objects.checkFromIndexSize(off, n, y.length);
    Objects.checkFromIndexSize(off, n, means.length);
    Objects.checkFromIndexSize(off, n, symbols.length);
    for (int i = off; i < off + n; i++) {
      symbols[i] = Symbols.round(y[i], means[i], i);
    }
  }

  /**
   * Restores latents: symbol + mean in float32.
   *
   * @param symbols decoded symbols, at {@code off} to {@code off + n - 1}
   * @param means predicted means at the same positions
   * @param y receives the latents at the same positions
   */
  public static void dequantize(int[] symbols, float[] means, int off, int n, float[] y) {
    Objects.checkFromIndexSize(off, n, symbols.length);
    Objects.checkFromIndexSize(off, n, means.length);
    Objects.checkFromIndexSize(off, n, y.length);
    for (int i = off; i < off + n; i++) {
      y[i] = symbols[i] + means[i];
    }
  }
}
