package dev.facet.entropy;

import java.util.Objects;

/**
 * Factorized prior of the hyper-latent z: one learned distribution for each channel (CompressAI's
 * {@code EntropyBottleneck}; J. Ballé et al.: Variational Image Compression with a Scale
 * Hyperprior, 2018, appendix 6.1).
 *
 * <p>Tensors are channels last: element i belongs to channel i mod C. Immutable and thread-safe.
 */
public final class EntropyBottleneck {
  private final float[] medians;
  private final CdfTable table;

  private EntropyBottleneck(float[] medians, CdfTable table) {
    this.medians = medians;
    this.table = table;
  }

  /**
   * Makes the model from the tables of a checkpoint.
   *
   * @param medians the middle quantile of each channel, finite
   * @param table one row for each channel
   * @throws IllegalArgumentException if the numbers disagree or a median is not finite
   */
  public static EntropyBottleneck of(float[] medians, CdfTable table) {
    if (medians.length != table.rows()) {
      throw new IllegalArgumentException(
          medians.length + " medians, but " + table.rows() + " distributions");
    }
    for (int c = 0; c < medians.length; c++) {
      if (!Float.isFinite(medians[c])) {
        throw new IllegalArgumentException("Channel " + c + ": median " + medians[c]);
      }
    }
    return new EntropyBottleneck(medians.clone(), table);
  }

  /**
   * Makes the model from learned parameters and builds its tables, in double precision with {@link
   * StrictMath}, so that they are the same everywhere. The reference builds them in float32, which
   * can round a frequency the other way in a few rows: prefer {@link #of} where a checkpoint has
   * tables.
   *
   * @param channels number of channels C
   * @param matrices {@code _matrix0}...: [C, out, in] for each layer, row-major
   * @param biases {@code _bias0}...: [C, out, 1] for each layer
   * @param factors {@code _factor0}...: [C, out, 1] for each layer but the last
   * @param quantiles [C, 1, 3]: lower quantile, median, upper quantile
   * @throws IllegalArgumentException if sizes disagree, a value is not finite, or a channel's
   *     quantiles span more than 65535 integers
   */
  public static EntropyBottleneck ofParameters(
      int channels, float[][] matrices, float[][] biases, float[][] factors, float[] quantiles) {
    FactorizedDensity density = new FactorizedDensity(channels, matrices, biases, factors);
    return of(
        FactorizedTables.medians(channels, quantiles), FactorizedTables.build(density, quantiles));
  }

  /** Returns the number of channels C. */
  public int channels() {
    return medians.length;
  }

  /** Returns the distributions, one row for each channel. */
  public CdfTable table() {
    return table;
  }

  /** Returns the median of each channel. */
  public float[] medians() {
    return medians.clone();
  }

  /**
   * Rounds hyper-latents to symbols: round(z - median), the difference in float32, halves to even.
   *
   * @param z hyper-latents, [positions, C]
   * @param positions number of positions, height x width
   * @param symbols receives the symbols in the same layout
   * @throws IllegalArgumentException if a difference is NaN or its magnitude is 2^27 or more
   */
  public void quantize(float[] z, int positions, int[] symbols) {
    int n = size(positions);
    Objects.checkFromIndexSize(0, n, z.length);
    Objects.checkFromIndexSize(0, n, symbols.length);
    for (int i = 0; i < n; ) {
      for (int c = 0; c < medians.length; c++, i++) {
        symbols[i] = Symbols.round(z[i], medians[c], i);
      }
    }
  }

  /**
   * Restores hyper-latents: symbol + median in float32.
   *
   * @param symbols decoded symbols, [positions, C]
   * @param positions number of positions, height x width
   * @param zHat receives the hyper-latents in the same layout
   */
  public void dequantize(int[] symbols, int positions, float[] zHat) {
    int n = size(positions);
    Objects.checkFromIndexSize(0, n, symbols.length);
    Objects.checkFromIndexSize(0, n, zHat.length);
    for (int i = 0; i < n; ) {
      for (int c = 0; c < medians.length; c++, i++) {
        zHat[i] = symbols[i] + medians[c];
      }
    }
  }

  private int size(int positions) {
    return Math.multiplyExact(positions, medians.length);
  }
}
