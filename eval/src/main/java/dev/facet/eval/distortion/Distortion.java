package dev.facet.eval.distortion;

import dev.facet.nn.Tensor;
import java.io.IOException;

/**
 * Damages samples that lie on the scale 0..255 of a picture of 8 bits, to which {@link Distortions} brings features too, so that one
 * strength means the same in both domains. Thread-safe: the result depends on the arguments alone.
 */
public interface Distortion {
  /** The scale's upper end. */
  int PEAK = 255;

  /**
   * Damages.
   *
   * @param x of shape (H, W, C); not changed
   * @param seed of what is random, different for each picture and level
   * @return of the same shape, not limited to 0..255
   * @throws IOException if a codec fails
   */
  Tensor apply(Tensor x, long seed) throws IOException;

  /**
   * Damages a picture: as its channels were any, unless they are coded as colours.
   *
   * @param rgb of shape (H, W, 3), not changed
   * @param seed as in {@link #apply}
   * @return of the same shape, not limited to 0..255
   * @throws IOException if a codec fails
   */
  default Tensor applyToPicture(Tensor rgb, long seed) throws IOException {
    return apply(rgb, seed);
  }

  /** Whether the seed matters: such an experiment is repeated. */
  default boolean random() {
    return false;
  }

  /** What it is, as a table says it: "sigma=1, ws=21". */
  String describe();
}
