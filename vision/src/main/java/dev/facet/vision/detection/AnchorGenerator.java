package dev.facet.vision.detection;

import dev.facet.vision.Convention;
import dev.facet.vision.DetectionResize.Size;
import java.util.List;

/**
 * The boxes that a region proposal network starts from (Ren et al., Faster R-CNN, 2015): at each
 * place of a level, one for each aspect ratio and size, centred at the place's upper left corner.
 * In torchvision the sides are computed in float and corners around the centre rounded, half to even;
 * in detectron2 they are computed in double and kept.
 */
public final class AnchorGenerator {
  /** torchvision's for p2..p5 and the pool level: one size each, ratios 1/2, 1 and 2. */
  public static final AnchorGenerator PYRAMID =
      new AnchorGenerator(
          List.of(
              new float[] {32},
              new float[] {64},
              new float[] {128},
              new float[] {256},
              new float[] {512}),
          new float[] {0.5f, 1, 2});

  /** [level][anchor * 4 + corner], around 0. */
  private final float[][] around;

  /** A generator of torchvision's anchors. */
  public AnchorGenerator(List<float[]> sizes, float[] ratios) {
    this(sizes, ratios, Convention.TORCHVISION);
  }

  /**
   * A generator.
   *
   * @param sizes for each level the sides, in pixels, of square anchors
   * @param ratios height / width of the anchors, which all have the area of the square
   * @throws IllegalArgumentException if there are none, or one is not positive
   */
  public AnchorGenerator(List<float[]> sizes, float[] ratios, Convention convention) {
    around = new float[sizes.size()][];
    for (int level = 0; level < around.length; level++) {
      around[level] = around(sizes.get(level), ratios, convention);
    }
    if (around.length == 0) {
      throw new IllegalArgumentException("anchors of no level");
    }
  }

  private static float[] around(float[] sizes, float[] ratios, Convention convention) {
    if (sizes.length == 0 || ratios.length == 0) {
      throw new IllegalArgumentException(
          sizes.length + " sizes and " + ratios.length + " ratios of anchors");
    }
    float[] boxes = new float[4 * sizes.length * ratios.length];
    int at = 0;
    for (float ratio : ratios) {
      for (float size : sizes) {
        if (!(size > 0 && ratio > 0)) {
          throw new IllegalArgumentException("anchor of size " + size + ", ratio " + ratio);
        }
        float halfWidth;
        float halfHeight;
        if (convention == Convention.DETECTRON2) {
          double width = Math.sqrt((double) size * size / ratio);
          halfWidth = (float) (width / 2);
          halfHeight = (float) (ratio * width / 2);
        } else {
          float tall = (float) Math.sqrt(ratio);
          halfWidth = (float) Math.rint(1f / tall * size / 2);
          halfHeight = (float) Math.rint(tall * size / 2);
        }
        boxes[at++] = -halfWidth;
        boxes[at++] = -halfHeight;
        boxes[at++] = halfWidth;
        boxes[at++] = halfHeight;
      }
    }
    return boxes;
  }

  /** Levels for which there are anchors. */
  public int levels() {
    return around.length;
  }

  /** Anchors at each place of a level. */
  public int perPlace(int level) {
    return around[level].length / 4;
  }

  /**
   * Some anchors of a level.
   *
   * @param height rows of the level
   * @param width columns of the level
   * @param image size of the padded image; places lie floor(image side / level side) apart
   * @param indices which ones, as (y * width + x) * perPlace + anchor
   * @return x1, y1, x2, y2 of each, in pixels of the padded image
   */
  public float[] at(int level, int height, int width, Size image, int[] indices) {
    int stepY = image.height() / height;
    int stepX = image.width() / width;
    int perPlace = perPlace(level);
    float[] boxes = new float[4 * indices.length];
    for (int k = 0; k < indices.length; k++) {
      int place = indices[k] / perPlace;
      for (int corner = 0; corner < 4; corner++) {
        int shift = corner % 2 == 0 ? place % width * stepX : place / width * stepY;
        boxes[4 * k + corner] = shift + around[level][indices[k] % perPlace * 4 + corner];
      }
    }
    return boxes;
  }
}
