package dev.facet.simd;

import java.util.Locale;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;

/**
 * How wide vectors are: as the platform prefers, or as {@code -Ddev.facet.vectorBits} says, so that one machine can show that no bit
 * depends on it. A width that the processor lacks works too, hundreds of times slower.
 */
final class VectorWidth {
  /** System property that forces a width in bits. */
  static final String PROPERTY = "dev.facet.vectorBits";

  /** Winograd relies on vectors of at most 16 channels. */
  private static final int MOST = 512;

  private VectorWidth() {}

  /**
   * The shape of every vector.
   *
   * @throws IllegalStateException if the property asks for a width that there is not; the message says what to do
   */
  static VectorShape shape() {
    String text = System.getProperty(PROPERTY);
    if (text == null) {
      int preferred = FloatVector.SPECIES_PREFERRED.vectorBitSize();
      return VectorShape.forBitSize(Math.min(preferred, MOST));
    }
    return switch (text.strip()) {
      case "64" -> VectorShape.S_64_BIT;
      case "128" -> VectorShape.S_128_BIT;
      case "256" -> VectorShape.S_256_BIT;
      case "512" -> VectorShape.S_512_BIT;
      default ->
          throw new IllegalStateException(
              String.format(Locale.ROOT, "-D%s=%s: give 64, 128, 256 or 512", PROPERTY, text));
    };
  }
}
