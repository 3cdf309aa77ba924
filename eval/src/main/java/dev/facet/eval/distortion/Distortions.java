package dev.facet.eval.distortion;

import dev.facet.codec.FeaturePyramid;
import dev.facet.nn.Tensor;
import dev.facet.vision.image.Picture;
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
    Tensor unit = Tensor.zeros(damaged.height(), damaged.width(), damaged.channels());
    for (int i = 0; i < unit.data().length; i++) {
      unit.data()[i] = damaged.data()[i] / Distortion.PEAK;
    }
    return Picture.of(unit);
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
