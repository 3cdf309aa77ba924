package dev.facet.nn.internal;

import java.io.IOException;

/** A text that is not JSON, or that is larger or deeper than the caller allows. */
public final class JsonException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int offset;

  JsonException(int offset, String reason) {
    super("JSON, character " + offset + ": " + reason);
    this.offset = offset;
  }

  /** Index of the offending character in the text. */
  public int offset() {
    return offset;
  }
}
