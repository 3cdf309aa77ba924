package dev.facet.codec.stream;

import java.io.IOException;

/**
 * A stream that cannot be decoded. The message is one line: where, which field, what is wrong and,
 * where there is something to do, what to do.
 */
public abstract sealed class StreamException extends IOException {
  private static final long serialVersionUID = 1L;

  private final long offset;
  private final String field;
  private final String reason;

  private StreamException(long offset, String field, String reason) {
    super("byte " + offset + ", " + field + ": " + reason);
    this.offset = offset;
    this.field = field;
    this.reason = reason;
  }

  /** Position in bytes from the start of the stream where the field begins. */
  public long offset() {
    return offset;
  }

  /** The field as docs/stream.md names it. */
  public String field() {
    return field;
  }

  /** What is wrong, without the place. */
  public String reason() {
    return reason;
  }

  /** The stream ends before the field does. */
  public static final class Truncated extends StreamException {
    private static final long serialVersionUID = 1L;

    /** See {@link StreamException#offset()}, {@link #field()} and {@link #reason()}. */
    public Truncated(long offset, String field, String reason) {
      super(offset, field, reason);
    }
  }

  /** A value that no writer writes, or a check that fails. */
  public static final class Corrupt extends StreamException {
    private static final long serialVersionUID = 1L;

    /** See {@link StreamException#offset()}, {@link #field()} and {@link #reason()}. */
    public Corrupt(long offset, String field, String reason) {
      super(offset, field, reason);
    }
  }

  /** A version of the format, a codec or a feature that this build does not know. */
  public static final class UnsupportedVersion extends StreamException {
    private static final long serialVersionUID = 1L;

    /** See {@link StreamException#offset()}, {@link #field()} and {@link #reason()}. */
    public UnsupportedVersion(long offset, String field, String reason) {
      super(offset, field, reason);
    }
  }

  /** None of the model packs at hand made the stream. */
  public static final class UnknownModel extends StreamException {
    private static final long serialVersionUID = 1L;

    /** See {@link StreamException#offset()}, {@link #field()} and {@link #reason()}. */
    public UnknownModel(long offset, String field, String reason) {
      super(offset, field, reason);
    }
  }

  /** The stream was made with another model than the one given. */
  public static final class WrongModel extends StreamException {
    private static final long serialVersionUID = 1L;

    /** See {@link StreamException#offset()}, {@link #field()} and {@link #reason()}. */
    public WrongModel(long offset, String field, String reason) {
      super(offset, field, reason);
    }
  }

  /** The stream was made with another numeric profile: its symbols would decode to garbage. */
  public static final class WrongProfile extends StreamException {
    private static final long serialVersionUID = 1L;

    /** See {@link StreamException#offset()}, {@link #field()} and {@link #reason()}. */
    public WrongProfile(long offset, String field, String reason) {
      super(offset, field, reason);
    }
  }

  /** The stream asks for more than {@link StreamLimits} allow. */
  public static final class LimitExceeded extends StreamException {
    private static final long serialVersionUID = 1L;

    /** See {@link StreamException#offset()}, {@link #field()} and {@link #reason()}. */
    public LimitExceeded(long offset, String field, String reason) {
      super(offset, field, reason);
    }
  }
}
