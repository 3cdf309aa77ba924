package dev.facet.ffi;

/** A native library, or a function of it, is not there; the message is short and says what to do. */
public final class LibraryException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String message;

  public LibraryException(String message) {
    super(message);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
