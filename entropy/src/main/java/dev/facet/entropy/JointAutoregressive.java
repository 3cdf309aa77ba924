package dev.facet.entropy;

import dev.facet.nn.Tensor;

/**
 * The joint autoregressive and hierarchical model (Minnen et al. 2018; CompressAI's JointAutoregressiveHierarchicalPriors,
 * which L-MSFC inherits): each position's Gaussians come from the hyper-parameters and from the decoded neighbours under a
 * causal 5x5 mask.
 *
 * <p>The reference walks position by position. Here positions advance in wavefronts ({@link Wavefront}): the context
 * convolution and the parameter network run as batched matrix products, with the same bits. Only the reference's symbol
 * order still forces single steps, and only when decoding.
 */
public final class JointAutoregressive implements LatentModel {
  private final ContextModel context;
  private final EntropyParameters entropyParameters;
  private final GaussianConditional gaussian;

  public JointAutoregressive(
      ContextModel context, EntropyParameters entropyParameters, GaussianConditional gaussian) {
    this.context = context;
    this.entropyParameters = entropyParameters;
    this.gaussian = gaussian;
  }

  @Override
  public QuantizedLatent quantize(Tensor y, Tensor hyperParameters) {
    int m = y.channels();
    Decoded decoded = new Decoded(y.height(), y.width(), m);
    for (int[] group : Wavefront.groups(y.height(), y.width())) {
      int n = group.length * m;
      Gaussians g = predict(decoded, hyperParameters, group);
      int[] indexes = new int[n];
      int[] symbols = new int[n];
      gaussian.indexes(g.scales(), 0, n, indexes);
      GaussianConditional.quantize(gather(y, group), g.means(), 0, n, symbols);
      decoded.put(group, symbols, indexes, g.means());
    }
    return decoded.latent();
  }

  @Override
  public void encode(QuantizedLatent latent, SymbolOrder order, RansEncoder out) {
    int m = latent.yHat().channels();
    for (int[] group : groups(latent.yHat().height(), latent.yHat().width(), order)) {
      for (int position : group) {
        out.encode(latent.symbols(), latent.indexes(), position * m, m, gaussian.table());
      }
    }
  }

  @Override
  public QuantizedLatent decode(Tensor hyperParameters, SymbolOrder order, RansDecoder in)
      throws CorruptStreamException {
    int m = hyperParameters.channels() / 2;
    Decoded decoded = new Decoded(hyperParameters.height(), hyperParameters.width(), m);
    for (int[] group : groups(hyperParameters.height(), hyperParameters.width(), order)) {
      int n = group.length * m;
      Gaussians g = predict(decoded, hyperParameters, group);
      int[] indexes = new int[n];
      int[] symbols = new int[n];
      gaussian.indexes(g.scales(), 0, n, indexes);
      in.decode(symbols, indexes, 0, n, gaussian.table());
      decoded.put(group, symbols, indexes, g.means());
    }
    return decoded.latent();
  }

  @Override
  public double bits(QuantizedLatent latent) {
    return gaussian.table().bits(latent.symbols(), latent.indexes());
  }

  private static int[][] groups(int height, int width, SymbolOrder order) {
    return order == SymbolOrder.FACET
        ? Wavefront.groups(height, width)
        : Wavefront.singles(height, width);
  }

  private Gaussians predict(Decoded decoded, Tensor hyperParameters, int[] group) {
    Tensor contexts = context.at(decoded.padded, group);
    int hyper = hyperParameters.channels();
    int both = hyper + contexts.channels();
    Tensor inputs = Tensor.zeros(1, group.length, both);
    for (int k = 0; k < group.length; k++) {
      System.arraycopy(hyperParameters.data(), group[k] * hyper, inputs.data(), k * both, hyper);
      System.arraycopy(
          contexts.data(), k * (both - hyper), inputs.data(), k * both + hyper, both - hyper);
    }
    return Gaussians.of(entropyParameters.apply(inputs));
  }

  private static float[] gather(Tensor y, int[] group) {
    int m = y.channels();
    float[] values = new float[group.length * m];
    for (int k = 0; k < group.length; k++) {
      System.arraycopy(y.data(), group[k] * m, values, k * m, m);
    }
    return values;
  }

  /** The latent as far as it is decoded, inside the border of zeros that the context convolution reads. */
  private static final class Decoded {
    private final int[] symbols;
    private final int[] indexes;
    private final Tensor padded;
    private final int width;
    private final int m;

    Decoded(int height, int width, int m) {
      this.symbols = new int[height * width * m];
      this.indexes = new int[height * width * m];
      this.padded =
          Tensor.zeros(height + 2 * ContextModel.BORDER, width + 2 * ContextModel.BORDER, m);
      this.width = width;
      this.m = m;
    }

    void put(int[] group, int[] groupSymbols, int[] groupIndexes, float[] means) {
      float[] values = new float[groupSymbols.length];
      GaussianConditional.dequantize(groupSymbols, means, 0, values.length, values);
      for (int k = 0; k < group.length; k++) {
        System.arraycopy(groupSymbols, k * m, symbols, group[k] * m, m);
        System.arraycopy(groupIndexes, k * m, indexes, group[k] * m, m);
        System.arraycopy(values, k * m, padded.data(), at(group[k] / width, group[k] % width), m);
      }
    }

    QuantizedLatent latent() {
      int height = padded.height() - 2 * ContextModel.BORDER;
      Tensor yHat = Tensor.zeros(height, width, m);
      for (int y = 0; y < height; y++) {
        System.arraycopy(padded.data(), at(y, 0), yHat.data(), y * width * m, width * m);
      }
      return new QuantizedLatent(symbols, indexes, yHat);
    }

    private int at(int y, int x) {
      return ((y + ContextModel.BORDER) * padded.width() + x + ContextModel.BORDER) * m;
    }
  }
}
