package dev.facet.codec.lmsfc;

import dev.facet.codec.stream.LevelShape;
import java.util.Locale;
import java.util.Optional;

/**
 * What it takes to code a pyramid, known from the size of p2 before anything is allocated. The limits of a
 * stream count true positions, but padding can multiply them: one row of p2 becomes 64.
 *
 * @param features F
 * @param latent M
 * @param parameters elements of all weights
 */
record WorkingMemory(int features, int latent, long parameters) {
  /** A weight as stored and as a backend keeps it. */
  private static final int BYTES_PER_PARAMETER = 8;

  private static final long MAX_ARRAY = Integer.MAX_VALUE - 16L;

  /** Why a pyramid with such a p2 cannot be coded here; empty if nothing speaks against it. */
  Optional<String> shortage(LevelShape p2) {
    long positions = padded(p2.height()) * padded(p2.width());
    long widest = Math.max(features, latent);
    if (Math.multiplyHigh(positions, widest) != 0 || positions * widest > MAX_ARRAY) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "p2 of %s, padded to %d x %d, does not fit an array: code it in parts",
              p2,
              padded(p2.height()),
              padded(p2.width())));
    }
    // Levels as given and padded, or padded and cropped, each 4/3 of p2, a concatenation on the
    // way,
    // and a handful of tensors at half the size, where the last blocks work.
    long bytes = Float.BYTES * positions * (4L * features + 2L * latent);
    long heap = Runtime.getRuntime().maxMemory();
    // large arrays need room in one piece: a collector rarely has the last quarter to give
    long free = heap / 4 * 3 - BYTES_PER_PARAMETER * parameters;
    if (bytes <= free) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "p2 of %s, padded to %d x %d, takes about %d MiB to code, and the model %d of the JVM's %d MiB:"
                + " raise -Xmx",
            p2,
            padded(p2.height()),
            padded(p2.width()),
            bytes >> 20,
            (BYTES_PER_PARAMETER * parameters) >> 20,
            heap >> 20));
  }

  private static long padded(int side) {
    return ((long) side + PyramidPadding.MULTIPLE - 1)
        / PyramidPadding.MULTIPLE
        * PyramidPadding.MULTIPLE;
  }
}
