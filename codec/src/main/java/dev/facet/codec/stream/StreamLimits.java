package dev.facet.codec.stream;

/**
 * What a reader accepts before it gives up, checked where a value is read and before anything is
 * allocated for it.
 *
 * @param maxPixels height x width of one level; of a coded picture 16 times as much
 * @param maxChannels channels of one level, checked where a model pack or a payload states them
 * @param maxFrames frames of one stream
 * @param maxPayloadBytes coded bytes of one frame
 */
public record StreamLimits(long maxPixels, int maxChannels, int maxFrames, int maxPayloadBytes) {
  /**
   * 4 M pixels a level (p2 of an 8192 x 8192 image), 4096 channels, 16 M frames, 64 MiB of payload a
   * frame.
   */
  public static final StreamLimits DEFAULT = new StreamLimits(1L << 22, 4096, 1 << 24, 64 << 20);

  private static final int PICTURE = 16;

  /** Checks the ranges. */
  public StreamLimits {
    if (maxPixels < 1 || maxChannels < 1 || maxFrames < 1 || maxPayloadBytes < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }

  /** Largest height x width of one level of a codec: a picture has 16 pixels for each position of its p2. */
  public long maxPixels(CodecId codec) {
    return codec != CodecId.IMAGE
        ? maxPixels
        : maxPixels > Long.MAX_VALUE / PICTURE ? Long.MAX_VALUE : PICTURE * maxPixels;
  }

  /** The same with another number of pixels. */
  public StreamLimits withMaxPixels(long pixels) {
    return new StreamLimits(pixels, maxChannels, maxFrames, maxPayloadBytes);
  }

  /** The same with another number of channels. */
  public StreamLimits withMaxChannels(int channels) {
    return new StreamLimits(maxPixels, channels, maxFrames, maxPayloadBytes);
  }

  /** The same with another number of frames. */
  public StreamLimits withMaxFrames(int frames) {
    return new StreamLimits(maxPixels, maxChannels, frames, maxPayloadBytes);
  }

  /** The same with another size of payload. */
  public StreamLimits withMaxPayloadBytes(int bytes) {
    return new StreamLimits(maxPixels, maxChannels, maxFrames, bytes);
  }
}
