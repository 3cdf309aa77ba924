package dev.facet.entropy;

/** How the coder state is stored at the beginning of a rANS stream. */
public enum RansLayout {
  /**
   * CompressAI's layout, byte for byte: the whole 64-bit state, then 32-bit words, all
   * little-endian. The length is a multiple of 4 and at least 8. Coding starts from the state 2^31,
   * so 31 bits of each stream are redundant and let the decoder notice damage.
   */
  REFERENCE(1L << 31),

  /**
   * Facet's own layout, about four bytes shorter on average. Coding starts from the state 1, and
   * leading zero bytes of the final state are dropped.
   *
   * <p>A stream of fewer than 8 bytes is the state alone; otherwise the state takes 4 + (length mod
   * 4) bytes and 32-bit words follow, all little-endian. A state that needs 8 bytes is stored as
   * its upper half, with its lower half as the first word: the decoder's ordinary rule, "below 2^31
   * take a word while there is one", restores it. The reader must know the exact length.
   */
  COMPACT(1);

  /** Lower bound of the normalized state. */
  static final long LOWER_BOUND = 1L << 31;

  /** State of the encoder before the last symbol, and of the decoder after it. */
  final long initialState;

  RansLayout(long initialState) {
    this.initialState = initialState;
  }
}
