package dev.facet.eval.jpeg2000;

import dev.facet.codec.video.VideoCodec;
import dev.facet.codec.video.VideoCodecProvider;
import dev.facet.codec.video.VideoStandard;

/** JPEG 2000, which is always there. */
public final class Jpeg2000Provider implements VideoCodecProvider {
  /** For the service loader. */
  public Jpeg2000Provider() {}

  @Override
  public VideoStandard standard() {
    return VideoStandard.JPEG2000;
  }

  @Override
  public VideoCodec open() {
    return new Jpeg2000();
  }
}
