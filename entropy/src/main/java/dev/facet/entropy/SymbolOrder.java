package dev.facet.entropy;

/** The order in which a latent's symbols enter a stream. */
public enum SymbolOrder {
  /**
   * Facet's own: positions in the order in which the model can decode them in batches (along the
   * rows, or {@link Wavefront} by wavefront under a context model), all channels of a position
   * together.
   */
  FACET,

  /**
   * CompressAI's (peers.md 2.7): channel, row, column; under a context model row, column, channel,
   * which forces one position at a time.
   */
  REFERENCE
}
