package dev.facet.entropy;

import java.io.IOException;

/**
 * A coded stream is not one that the encoder could have written: it is cut short, damaged, or was
 * written with other tables.
 */
public final class CorruptStreamException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with the stream. */
  public enum Reason {
    /** The stream ends before the symbols do. */
    TRUNCATED,
    /** The symbols end before the stream does. */
    TRAILING_BYTES,
    /** The length, or the coder state at the start or the end, is impossible. */
    BAD_STATE,
    /** An escape sequence that no encoder writes. */
    BAD_ESCAPE
  }

  private final long offset;
  private final Reason reason;

  CorruptStreamException(Reason reason, long offset, String detail) {
    super(detail + " (" + reason + " at byte " + offset + " of the coded segment)");
    this.offset = offset;
    this.reason = reason;
  }

  /**
   * Returns the position where the problem was noticed, in bytes from the start of the coded
   * segment.
   */
  public long offset() {
    return offset;
  }

  /** Returns what is wrong. */
  public Reason reason() {
    return reason;
  }
}
