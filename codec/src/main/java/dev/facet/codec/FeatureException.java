package dev.facet.codec;

/**
 * Features that cannot be coded: NaN or infinite elements, or a pyramid that does not fit the model. The
 * message names the level and the position.
 */
public final class FeatureException extends Exception {
  private static final long serialVersionUID = 1L;

  /** One line: what, where, what to do. */
  public FeatureException(String message) {
    super(message);
  }
}
