package dev.facet.eval.dataset;

import java.io.IOException;

/** A data set or a file of results that cannot be read. The message is one line: where, what is wrong, what to do. */
public final class DatasetException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * One line.
   *
   * @param where the file, and the line or field in it
   * @param reason what is wrong, and what to do where it is not plain
   */
  public DatasetException(String where, String reason) {
    super(where + ": " + reason);
  }
}
