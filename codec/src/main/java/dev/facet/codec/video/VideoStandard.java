package dev.facet.codec.video;

import java.util.Optional;

/** The standards that a stream can name, best compression that is widely at hand first. */
public enum VideoStandard {
  /** ITU-T H.265. */
  HEVC(1, "hevc", 51),
  /** ITU-T H.266. */
  VVC(2, "vvc", 63),
  /** ISO/IEC 15444-1, each picture on its own; its quantiser step follows the QP as that of HEVC does. */
  JPEG2000(3, "jpeg2000", 51);

  private final int code;
  private final String label;
  private final int maxQp;

  VideoStandard(int code, String label, int maxQp) {
    this.code = code;
    this.label = label;
    this.maxQp = maxQp;
  }

  /** The byte in a payload. */
  public int code() {
    return code;
  }

  /** The name that {@code --video} takes. */
  public String label() {
    return label;
  }

  /** The largest QP; the smallest is 0. Six more double the quantiser's step. */
  public int maxQp() {
    return maxQp;
  }

  /** By name. */
  public static Optional<VideoStandard> ofLabel(String label) {
    for (VideoStandard standard : values()) {
      if (standard.label.equals(label)) {
        return Optional.of(standard);
      }
    }
    return Optional.empty();
  }

  /** By the byte in a payload. */
  public static Optional<VideoStandard> ofCode(int code) {
    for (VideoStandard standard : values()) {
      if (standard.code == code) {
        return Optional.of(standard);
      }
    }
    return Optional.empty();
  }
}
