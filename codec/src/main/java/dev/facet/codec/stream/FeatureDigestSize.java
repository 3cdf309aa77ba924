package dev.facet.codec.stream;

/** Whether and how much of the SHA-256 of the decoded features each frame carries. */
public enum FeatureDigestSize {
  /** No digest. */
  NONE(0),
  /** The first 8 bytes. */
  SHORT(8),
  /** All 32 bytes. */
  FULL(32);

  private final int bytes;

  FeatureDigestSize(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes in each frame. */
  public int bytes() {
    return bytes;
  }
}
