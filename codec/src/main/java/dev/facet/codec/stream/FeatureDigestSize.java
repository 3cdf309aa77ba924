package dev.facet.codec.stream;

import java.util.Optional;

/** Whether and how much of the SHA-256 of the decoded features each frame carries. */
public enum FeatureDigestSize {
  /** No digest. */
  NONE(0, 0),
  /** The first 8 bytes. */
  SHORT(1, 8),
  /** All 32 bytes. */
  FULL(2, 32);

  private final int code;
  private final int bytes;

  FeatureDigestSize(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Bytes in each frame. */
  public int bytes() {
    return bytes;
  }

  /** The number in the header's flags. */
  int code() {
    return code;
  }

  static Optional<FeatureDigestSize> ofCode(int code) {
    for (FeatureDigestSize size : values()) {
      if (size.code == code) {
        return Optional.of(size);
      }
    }
    return Optional.empty();
  }
}
