package dev.facet.codec.video;

/** Where a {@link VideoCodec} comes from: found by {@link java.util.ServiceLoader}. */
public interface VideoCodecProvider {
  /** What it gives. */
  VideoStandard standard();

  /**
   * Looks for what the codec needs, and opens it.
   *
   * @throws VideoCodecException if neither encoder nor decoder is here; its one line says how to install them
   */
  VideoCodec open() throws VideoCodecException;
}
