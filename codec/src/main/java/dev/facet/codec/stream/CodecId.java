package dev.facet.codec.stream;

import java.util.Optional;

/** The codecs that a Facet stream can name. */
public enum CodecId {
  /** L-MSFC, one model for each rate (Kim et al. 2023). */
  LMSFC(1, "lmsfc", 4),
  /** L-MSFC with gain vectors: one model, continuous quality. */
  LMSFC_GAIN(2, "lmsfc-gain", 4);

  private final int code;
  private final String kind;
  private final int levels;

  CodecId(int code, String kind, int levels) {
    this.code = code;
    this.kind = kind;
    this.levels = levels;
  }

  /** The byte in the stream's header. */
  public int code() {
    return code;
  }

  /** The name: {@code kind} of a model pack. */
  public String kind() {
    return kind;
  }

  /** Levels of the pyramids it codes. */
  public int levels() {
    return levels;
  }

  /** The codec of a model pack's {@code kind}. */
  public static Optional<CodecId> ofKind(String kind) {
    for (CodecId id : values()) {
      if (id.kind.equals(kind)) {
        return Optional.of(id);
      }
    }
    return Optional.empty();
  }

  static Optional<CodecId> ofCode(int code) {
    for (CodecId id : values()) {
      if (id.code == code) {
        return Optional.of(id);
      }
    }
    return Optional.empty();
  }
}
