package dev.facet.entropy;

import dev.facet.nn.Tensor;

/**
 * The hyper-latent z under the factorized prior: every channel has its own table. Immutable and thread-safe.
 */
public final class HyperLatentModel {
  private final EntropyBottleneck bottleneck;

  public HyperLatentModel(EntropyBottleneck bottleneck) {
    this.bottleneck = bottleneck;
  }

  /**
   * Rounds z around the medians.
   *
   * @param z (H, W, M)
   * @return symbols and z_hat; the table row of a symbol is its channel
   * @throws IllegalArgumentException if a value is NaN or 2^27 or more away from its median
   */
  public QuantizedLatent quantize(Tensor z) {
    int positions = z.height() * z.width();
    int[] symbols = new int[z.data().length];
    bottleneck.quantize(z.data(), positions, symbols);
    return latent(symbols, z.height(), z.width());
  }

  /** Appends the symbols in the given order. */
  public void encode(QuantizedLatent latent, SymbolOrder order, RansEncoder out) {
    int n = latent.symbols().length;
    if (order == SymbolOrder.FACET) {
      out.encode(latent.symbols(), latent.indexes(), 0, n, bottleneck.table());
      return;
    }
    int positions = n / bottleneck.channels();
    int[] symbols = ChannelMajor.of(latent.symbols(), bottleneck.channels());
    for (int c = 0; c < bottleneck.channels(); c++) {
      out.encode(symbols, c * positions, positions, c, bottleneck.table());
    }
  }

  /**
   * Decodes what {@link #encode} wrote for a map of this size.
   *
   * @return what {@link #quantize} returned there
   * @throws CorruptStreamException if the stream ends early or holds an impossible escape
   */
  public QuantizedLatent decode(int height, int width, SymbolOrder order, RansDecoder in)
      throws CorruptStreamException {
    int positions = height * width;
    int[] symbols = new int[Math.multiplyExact(positions, bottleneck.channels())];
    if (order == SymbolOrder.FACET) {
      in.decode(symbols, channels(positions), 0, symbols.length, bottleneck.table());
    } else {
      for (int c = 0; c < bottleneck.channels(); c++) {
        in.decode(symbols, c * positions, positions, c, bottleneck.table());
      }
      symbols = ChannelMajor.undo(symbols, bottleneck.channels());
    }
    return latent(symbols, height, width);
  }

  /** Information content of the symbols in bits, for reports: about their share of the stream. */
  public double bits(QuantizedLatent latent) {
    return bottleneck.table().bits(latent.symbols(), latent.indexes());
  }

  private QuantizedLatent latent(int[] symbols, int height, int width) {
    Tensor zHat = Tensor.zeros(height, width, bottleneck.channels());
    bottleneck.dequantize(symbols, height * width, zHat.data());
    return new QuantizedLatent(symbols, channels(height * width), zHat);
  }

  /** The table row of each element: its channel. */
  private int[] channels(int positions) {
    int[] rows = new int[positions * bottleneck.channels()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i % bottleneck.channels();
    }
    return rows;
  }
}
