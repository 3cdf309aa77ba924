package dev.facet.codec.video;

import java.io.IOException;

/** A video codec that is missing or failed, or a bitstream that it cannot decode. The message is one line. */
public final class VideoCodecException extends IOException {
  private static final long serialVersionUID = 1L;

  /** One line: what, where, what to do. */
  public VideoCodecException(String message) {
    super(message);
  }

  /** One line: what, where, what to do. */
  public VideoCodecException(String message, Throwable cause) {
    super(message, cause);
  }
}
