package dev.facet.codec.lmsfc;

import dev.facet.codec.stream.LevelShape;
import java.util.Locale;
import java.util.Optional;

/**
 * What it takes to code a pyramid, known from the size of p2 before anything is allocated. The limits of a
 * stream count true positions, but padding can multiply them: one row of p2 becomes 64.
 *
 * @param features F
 * @param hidden channels above the latent's resolution
 * @param parameters elements of all weights
 */
record WorkingMemory(int features, int hidden, long parameters) {
  /** A weight as a backend keeps it, and a share of what it derives from the weights of small layers. */
  private static final int BYTES_PER_PARAMETER = 5;

  private static final long MAX_ARRAY = Integer.MAX_VALUE - 16L;

  /**
   * Why a pyramid with such a p2 cannot be encoded here; empty if nothing speaks against it. At most there are the levels as given and
   * as padded, each 4/3 of p2, and, at half the size, a concatenation and the tensors of the first block.
   */
  Optional<String> shortageToEncode(LevelShape p2) {
    return shortage(p2, 3L * features + 2L * hidden);
  }

  /**
   * Why a pyramid with such a p2 cannot be decoded here; empty if nothing speaks against it. At most there are p2 and what mixes it into
   * p3 at half the size, or all padded levels and the cropped p2; before that, at half the size, the tensors of the last blocks.
   */
  Optional<String> shortageToDecode(LevelShape p2) {
    return shortage(p2, features * 5L / 2 + hidden);
  }

  /**
   * @param channels of floats at each position of the padded p2 that are in use at once
   */
  private Optional<String> shortage(LevelShape p2, long channels) {
    long positions = padded(p2.height()) * padded(p2.width());
    long widest = Math.max(features, hidden);
    if (Math.multiplyHigh(positions, widest) != 0 || positions * widest > MAX_ARRAY) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "p2 of %s, padded to %d x %d, does not fit an array: code it in parts",
              p2,
              padded(p2.height()),
              padded(p2.width())));
    }
    long bytes = Float.BYTES * positions * channels;
    long heap = Runtime.getRuntime().maxMemory();
    // large arrays need room in one piece: a collector rarely has the last fifth to give
    long free = heap / 5 * 4 - BYTES_PER_PARAMETER * parameters;
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
