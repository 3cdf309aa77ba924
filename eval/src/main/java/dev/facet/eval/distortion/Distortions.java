package dev.facet.eval.distortion;

import dev.facet.codec.FeaturePyramid;
import dev.facet.nn.Tensor;
import dev.facet.vision.image.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Brings pictures and features to the scale of a {@link Distortion} and back. */
public final class Distortions {
  private Distortions() {}

  /**
   * A damaged picture: its samples are rounded to 8 bits and limited to 0..255 again.
   *
   * @throws IOException if a codec fails
   */
  public static Picture picture(Distortion distortion, Picture picture, long seed)
      throws IOException {
    Tensor samples = picture.tensor();
    for (int i = 0; i < samples.data().length; i++) {
      // value / 255 as float32 came from an integer
      samples.data()[i] = (float) Math.rint(samples.data()[i] * (double) Distortion.PEAK);
    }
    Tensor damaged = distortion.applyToPicture(samples, seed);
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    int[] row = new int[picture.width()];
    int from = 0;
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < row.length; x++) {
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          rgb = rgb << 8 | (int) Math.clamp(Math.rint(damaged.data()[from++]), 0, Distortion.PEAK);
        }
        row[x] = rgb;
      }
      image.setRGB(0, y, row.length, 1, row, 0, row.length);
    }
    return new Picture(image);
  }

  /**
   * Damaged features: the range of each level is stretched to 0..255, and back. A level of one value, which has no range, stays.
   *
   * @throws IOException if a codec fails
   */
  public static FeaturePyramid features(Distortion distortion, FeaturePyramid pyramid, long seed)
      throws IOException {
    List<Tensor> levels = new ArrayList<>();
    for (int i = 0; i < pyramid.size(); i++) {
      levels.add(level(distortion, pyramid.level(i), seed(seed, i)));
    }
    FeaturePyramid damaged = FeaturePyramid.of(pyramid.names(), levels);
    return pyramid.picture().map(damaged::withPicture).orElse(damaged);
  }

  private static Tensor level(Distortion distortion, Tensor level, long seed) throws IOException {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (float value : level.data()) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    double step = (max - min) / Distortion.PEAK;
    if (step == 0) {
      return level;
    }
    Tensor stretched = Tensor.zeros(level.height(), level.width(), level.channels());
    for (int i = 0; i < stretched.data().length; i++) {
      stretched.data()[i] = (float) ((level.data()[i] - min) / step);
    }
    Tensor damaged = distortion.apply(stretched, seed);
    for (int i = 0; i < damaged.data().length; i++) {
      damaged.data()[i] = (float) (min + damaged.data()[i] * step);
    }
    return damaged;
  }

  /** A seed of its own for each part of what has one: pictures of an experiment, levels of a pyramid. */
  public static long seed(long seed, long part) {
    // the finaliser of SplitMix64 (Steele et al. 2014): near seeds and parts give unrelated numbers
    long z = seed + (part + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
