package dev.facet.ffi;

import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import java.util.Random;

/** Pictures with structure and noise: neither is everything skipped, nor is nothing. */
final class Pictures {
  private Pictures() {}

  static VideoPicture of(VideoFormat format, long seed) {
    Random random = new Random(seed);
    short[][] planes = new short[format.chroma().planes()][];
    double max = format.maxSample();
    for (int p = 0; p < planes.length; p++) {
      int width = format.planeWidth(p);
      planes[p] = new short[width * format.planeHeight(p)];
      double phase = random.nextDouble();
      for (int i = 0; i < planes[p].length; i++) {
        int x = i % width;
        int y = i / width;
        double tile = (x / 34 + y / 34) % 3 / 6.0;
        double wave = 0.2 * Math.sin(phase + x / 5.0) * Math.cos(y / 7.0);
        double value = 0.3 + tile + wave + 0.05 * random.nextGaussian();
        planes[p][i] = (short) Math.clamp(Math.round(value * max), 0, (long) max);
      }
    }
    return VideoPicture.of(format, planes);
  }
}
