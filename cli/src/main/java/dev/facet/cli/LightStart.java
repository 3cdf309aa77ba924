package dev.facet.cli;

import dev.facet.codec.ModelPack;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFile;
import dev.facet.codec.stream.StreamLimits;
import org.jspecify.annotations.Nullable;

/**
 * The agreement with the launcher about commands that mostly have little to compute. It starts them on a JVM without the Vector
 * API, which is ready in a fraction of the time: an incubating module keeps the JVM from using an AOT cache's
 * linked classes and profiles, and vector kernels are slow until they are compiled. One that finds more to do ends with
 * {@link #START_FULLY} before it did anything, and is started again with everything. The bits are the same either way.
 */
final class LightStart {
  /** System property that the launcher sets. */
  static final String PROPERTY = "dev.facet.light";

  /** Exit code: EX_TEMPFAIL of sysexits.h. */
  static final int START_FULLY = 75;

  /** The scalar backend does this in about the time that the vector kernels take to be compiled. */
  private static final double MOST_MACS = 4e9;

  /** Multiply-adds of L-MSFC's decoder for each position of p2, divided by its features and hidden channels. */
  private static final double MACS = 75;

  private LightStart() {}

  /**
   * Whether to leave this decoding to a JVM with everything.
   *
   * @param pack null for a codec without a model: it may want native libraries
   */
  static boolean tooMuch(@Nullable ModelPack pack, byte[] stream, boolean oneFrame) {
    if (!Boolean.getBoolean(PROPERTY)) {
      return false;
    }
    if (pack == null) {
      return true;
    }
    if (!pack.hasCodec()) {
      return false;
    }
    try {
      StreamFile file = StreamFile.openUnchecked(stream, StreamLimits.DEFAULT);
      LevelShape p2 = file.frame(0).shapes().getFirst();
      double positions = (double) p2.pixels() * (oneFrame ? 1 : file.frameCount());
      return positions * MACS * pack.config().features() * pack.config().hidden() > MOST_MACS;
    } catch (StreamException | IndexOutOfBoundsException e) {
      return false; // reported by who decodes it
    }
  }
}
