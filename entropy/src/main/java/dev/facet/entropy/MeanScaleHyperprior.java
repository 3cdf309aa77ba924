package dev.facet.entropy;

import dev.facet.nn.Tensor;

/**
 * Mean and scale straight from the hyper-decoder (Minnen et al. 2018 without the context model; CompressAI's
 * MeanScaleHyperprior): channels 0..M-1 of its output are the scales, M..2M-1 the means.
 */
public final class MeanScaleHyperprior implements LatentModel {
  private final GaussianConditional gaussian;

  public MeanScaleHyperprior(GaussianConditional gaussian) {
    this.gaussian = gaussian;
  }

  @Override
  public QuantizedLatent quantize(Tensor y, Tensor hyperParameters) {
    if (2 * y.channels() != hyperParameters.channels()
        || y.height() != hyperParameters.height()
        || y.width() != hyperParameters.width()) {
      throw new IllegalArgumentException(y + " with hyper-parameters " + hyperParameters);
    }
    Gaussians g = Gaussians.of(hyperParameters);
    int n = y.data().length;
    int[] symbols = new int[n];
    int[] indexes = new int[n];
    Tensor yHat = Tensor.zeros(y.height(), y.width(), y.channels());
    gaussian.indexes(g.scales(), 0, n, indexes);
    GaussianConditional.quantize(y.data(), g.means(), 0, n, symbols);
    GaussianConditional.dequantize(symbols, g.means(), 0, n, yHat.data());
    return new QuantizedLatent(symbols, indexes, yHat);
  }

  @Override
  public void encode(QuantizedLatent latent, SymbolOrder order, RansEncoder out) {
    int[] symbols = latent.symbols();
    int[] indexes = latent.indexes();
    if (order == SymbolOrder.REFERENCE) {
      symbols = ChannelMajor.of(symbols, latent.yHat().channels());
      indexes = ChannelMajor.of(indexes, latent.yHat().channels());
    }
    out.encode(symbols, indexes, 0, symbols.length, gaussian.table());
  }

  @Override
  public QuantizedLatent decode(Tensor hyperParameters, SymbolOrder order, RansDecoder in)
      throws CorruptStreamException {
    Gaussians g = Gaussians.of(hyperParameters);
    int channels = hyperParameters.channels() / 2;
    int n = g.means().length;
    int[] indexes = new int[n];
    int[] symbols = new int[n];
    gaussian.indexes(g.scales(), 0, n, indexes);
    if (order == SymbolOrder.REFERENCE) {
      in.decode(symbols, ChannelMajor.of(indexes, channels), 0, n, gaussian.table());
      symbols = ChannelMajor.undo(symbols, channels);
    } else {
      in.decode(symbols, indexes, 0, n, gaussian.table());
    }
    Tensor yHat = Tensor.zeros(hyperParameters.height(), hyperParameters.width(), channels);
    GaussianConditional.dequantize(symbols, g.means(), 0, n, yHat.data());
    return new QuantizedLatent(symbols, indexes, yHat);
  }

  @Override
  public double bits(QuantizedLatent latent) {
    return gaussian.table().bits(latent.symbols(), latent.indexes());
  }
}
