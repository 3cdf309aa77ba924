package dev.facet.codec.stream;

import java.util.Optional;

/** The codecs that a Facet stream can name. */
public enum CodecId {
  /** L-MSFC, one model for each rate (Kim et al. 2023). */
  LMSFC(1, "lmsfc", 4, true),
  /** L-MSFC with gain vectors: one model, continuous quality. */
  LMSFC_GAIN(2, "lmsfc-gain", 4, true),
  /** The feature anchor: channels tiled into one picture, quantised, coded as video. */
  ANCHOR(3, "anchor", CodecId.ANY_LEVELS, false),
  /** The image anchor: one level (H, W, 3), which is the picture itself, coded as video. */
  IMAGE(4, "image", 1, false),
  /** Logarithmic quantiser, each channel a frame of video (Chen et al. 2019). */
  LOGQUANT(5, "logquant", CodecId.ANY_LEVELS, false),
  /** Principal components of the channels, coded as the feature anchor codes channels. */
  PCA(6, "pca", CodecId.ANY_LEVELS, false);

  /** {@link #levels()} of a codec whose streams say how many levels they have. */
  public static final int ANY_LEVELS = 0;

  private final int code;
  private final String kind;
  private final int levels;
  private final boolean model;

  CodecId(int code, String kind, int levels, boolean model) {
    this.code = code;
    this.kind = kind;
    this.levels = levels;
    this.model = model;
  }

  /** The byte in the stream's header. */
  public int code() {
    return code;
  }

  /** The name, such as {@code lmsfc}: what {@code --codec} takes, and {@code kind} of a model pack. */
  public String kind() {
    return kind;
  }

  /** Levels of the pyramids it codes, or {@link #ANY_LEVELS}. */
  public int levels() {
    return levels;
  }

  /** Whether pyramids of so many levels can be coded. */
  public boolean takes(int count) {
    return levels == ANY_LEVELS ? count >= 1 && count <= StreamFrame.MAX_LEVELS : count == levels;
  }

  /** The numbers of levels that it takes, for messages. */
  public String levelRange() {
    return levels == ANY_LEVELS ? "1 to " + StreamFrame.MAX_LEVELS : Integer.toString(levels);
  }

  /** Whether it is the codec of a model pack; if not, its streams hold all that decoding takes. */
  public boolean hasModel() {
    return model;
  }

  /** The codec of a name. */
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
