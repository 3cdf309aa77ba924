package dev.facet.vision.image;

import java.io.IOException;

/** A picture that cannot be read: one line that says which file, what is wrong, and what to do. */
public final class PictureException extends IOException {
  private static final long serialVersionUID = 1L;

  PictureException(String name, String reason) {
    super(name + ": " + reason);
  }

  PictureException(String name, String reason, Throwable cause) {
    super(name + ": " + reason, cause);
  }
}
