package dev.facet.vision.detection;

import dev.facet.nn.Backend;
import dev.facet.nn.RoiAlign;
import dev.facet.nn.Tensor;
import dev.facet.vision.Boxes;
import dev.facet.vision.Convention;
import dev.facet.vision.DetectionResize.Size;
import java.util.Arrays;
import java.util.List;

/**
 * RoIAlign on the level that suits each box (Lin et al., feature pyramid networks, 2017, eq. 1): a
 * square box of the canonical scale, 224 pixels in the paper, is sampled on the level of scale 1/16,
 * one of half the side on the level before. In float, with the samples of the {@link Convention}.
 */
final class MultiScaleRoiAlign {
  private static final int CANONICAL_LEVEL = 4;
  private static final float EPSILON = 1e-6f;
  private static final int SAMPLES = 2;

  /** What detectron2 adds inside the logarithm instead. */
  private static final float INNER_EPSILON = 1e-8f;

  private final Backend backend;
  private final int side;
  private final float canonicalScale;
  private final Convention convention;

  /**
   * @param side bins per box and side
   * @param canonicalScale see {@link DetectorConfig}
   */
  MultiScaleRoiAlign(Backend backend, int side, int canonicalScale, Convention convention) {
    this.backend = backend;
    this.side = side;
    this.canonicalScale = canonicalScale;
    this.convention = convention;
  }

  /**
   * Samples all boxes.
   *
   * @param levels p2..p5, (H_l, W_l, F)
   * @param boxes x1, y1, x2, y2 of each, in pixels of the resized image
   * @return (n * side, side, F)
   */
  Tensor apply(List<Tensor> levels, float[] boxes, Size resized) {
    int n = Boxes.count(boxes);
    int finest = octave(levels.getFirst(), resized);
    int coarsest = octave(levels.getLast(), resized);
    int[] octaves = new int[n];
    for (int i = 0; i < n; i++) {
      octaves[i] = Math.clamp(octave(Boxes.area(boxes, i)), finest, coarsest);
    }
    int piece = side * side * levels.getFirst().channels();
    float[] all = new float[Math.multiplyExact(n, piece)];
    for (int l = 0; l < levels.size(); l++) {
      int octave = finest + l;
      int[] members = indicesOf(octaves, octave);
      if (members.length == 0) {
        continue;
      }
      float scale = Math.scalb(1f, -octave(levels.get(l), resized));
      float[] sampled =
          backend
              .roiAlign(
                  levels.get(l),
                  Boxes.select(boxes, members),
                  convention == Convention.DETECTRON2
                      ? new RoiAlign(side, side, scale, 0, true)
                      : new RoiAlign(side, side, scale, SAMPLES, false))
              .data();
      for (int k = 0; k < members.length; k++) {
        System.arraycopy(sampled, k * piece, all, members[k] * piece, piece);
      }
    }
    return Tensor.of(n * side, side, levels.getFirst().channels(), all);
  }

  /** The level of a box of this area in square pixels: 2 for p2. */
  int octave(float area) {
    float relative = (float) Math.sqrt(area) / canonicalScale;
    if (convention == Convention.DETECTRON2) {
      return (int) Math.floor(CANONICAL_LEVEL + (float) log2(relative + INNER_EPSILON));
    }
    return (int) Math.floor(CANONICAL_LEVEL + (float) log2(relative) + EPSILON);
  }

  /** log2 of the image's pixels per feature pixel, rounded: the reference infers it from heights. */
  private static int octave(Tensor level, Size resized) {
    return (int) -Math.rint(log2((float) level.height() / resized.height()));
  }

  private static double log2(float x) {
    return StrictMath.log(x) / StrictMath.log(2);
  }

  private static int[] indicesOf(int[] octaves, int octave) {
    int[] indices = new int[octaves.length];
    int n = 0;
    for (int i = 0; i < octaves.length; i++) {
      if (octaves[i] == octave) {
        indices[n++] = i;
      }
    }
    return Arrays.copyOf(indices, n);
  }
}
