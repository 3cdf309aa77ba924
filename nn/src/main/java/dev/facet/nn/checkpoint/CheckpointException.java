package dev.facet.nn.checkpoint;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A checkpoint that cannot be read, or that lacks what was asked for. */
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final long offset;
  private final String reason;

  /**
   * One clear sentence: what, where, and what to do about it.
   *
   * @param what the file, or the file and the entry in it
   * @param offset position in bytes from the start of {@code what}, or -1 if there is none
   * @param reason what is wrong
   */
  public CheckpointException(String what, long offset, String reason) {
    this(what, offset, reason, null);
  }

  CheckpointException(String what, long offset, String reason, @Nullable Throwable cause) {
    super(offset < 0 ? what + ": " + reason : what + ", byte " + offset + ": " + reason, cause);
    this.what = what;
    this.offset = offset;
    this.reason = reason;
  }

  /** The file, or the file and the entry in it. */
  public String what() {
    return what;
  }

  /** Position in bytes from the start of {@link #what}, or -1. */
  public long offset() {
    return offset;
  }

  /** What is wrong, without the place. */
  public String reason() {
    return reason;
  }
}
