package dev.facet.entropy;

import dev.facet.nn.Tensor;

/**
 * A latent after quantization.
 *
 * @param symbols round(y - mean), in (H, W, C) order
 * @param indexes the table row of each symbol, in the same order
 * @param yHat symbols + means, (H, W, C): what the decoder will have
 */
public record QuantizedLatent(int[] symbols, int[] indexes, Tensor yHat) {}
