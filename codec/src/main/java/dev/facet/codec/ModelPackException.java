package dev.facet.codec;

import java.io.IOException;
import java.nio.file.Path;

/** A model pack that is missing, damaged, or of a format that this build does not know. */
public final class ModelPackException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * One line.
   *
   * @param where the pack
   * @param reason what is wrong and what to do
   */
  public ModelPackException(Path where, String reason) {
    this(where.toString(), reason);
  }

  ModelPackException(String where, String reason) {
    super(where + ": " + reason);
  }
}
