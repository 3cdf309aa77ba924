package dev.facet.nn;

import org.jspecify.annotations.Nullable;

/** A GDN or inverse GDN whose parameters a {@link Backend} has packed. Immutable and thread-safe. */
public interface Gdn {
  GdnParameters parameters();

  /**
   * Normalises every pixel of x and adds {@code residual}, if any.
   *
   * @param x (H, W, C)
   * @param residual (H, W, C) or null
   * @return (H, W, C)
   */
  Tensor apply(Tensor x, @Nullable Tensor residual);
}
