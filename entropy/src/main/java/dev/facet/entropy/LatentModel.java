package dev.facet.entropy;

import dev.facet.nn.Tensor;

/**
 * The conditional entropy model of the latent y: predicts a Gaussian for each element from the hyper-parameters, and
 * where there is a context model, from elements coded before. Immutable and thread-safe.
 */
public interface LatentModel {
  /**
   * Quantizes y against its own predictions.
   *
   * @param y (H, W, M)
   * @param hyperParameters (H, W, 2M), the output of h_s
   * @throws IllegalArgumentException if y - mean is NaN or its magnitude is 2^27 or more
   */
  QuantizedLatent quantize(Tensor y, Tensor hyperParameters);

  /** Appends the symbols in the given order. */
  void encode(QuantizedLatent latent, SymbolOrder order, RansEncoder out);

  /**
   * Decodes what {@link #encode} wrote, to the same bits.
   *
   * @param hyperParameters (H, W, 2M), bit for bit those of the encoder
   * @return what {@link #quantize} returned there
   * @throws CorruptStreamException if the stream ends early or holds an impossible escape
   */
  QuantizedLatent decode(Tensor hyperParameters, SymbolOrder order, RansDecoder in)
      throws CorruptStreamException;

  /** Information content of the symbols in bits, for reports: about their share of the stream. */
  double bits(QuantizedLatent latent);
}
