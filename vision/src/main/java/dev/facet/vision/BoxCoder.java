package dev.facet.vision;

import dev.facet.nn.Elementary;

/**
 * The code in which detectors predict boxes relative to others (Girshick et al., R-CNN, 2014):
 * shifts of the centre in units of the reference box's sides, and logarithms of the sides' ratios,
 * each times a weight.
 *
 * @param weightX factor in the code of the horizontal shift
 * @param weightY factor in the code of the vertical shift
 * @param weightWidth factor in the code of the width
 * @param weightHeight factor in the code of the height
 */
public record BoxCoder(float weightX, float weightY, float weightWidth, float weightHeight) {
  /** Weights of region proposal networks. */
  public static final BoxCoder PROPOSALS = new BoxCoder(1f, 1f, 1f, 1f);

  /** Weights of the box heads of Faster and Mask R-CNN. */
  public static final BoxCoder DETECTIONS = new BoxCoder(10f, 10f, 5f, 5f);

  /** Sides grow at most by exp of this, 1000 / 16: log(62.5) rounded to float. */
  public static final float SIDE_LIMIT = 4.135166556742356f;

  /**
   * Decodes predictions in torchvision's order of operations, in float.
   *
   * @param references x1, y1, x2, y2 of each of n boxes, in pixels
   * @param deltas for each reference box one or more codes dx, dy, dw, dh: n * classes * 4 numbers
   * @return boxes in the layout of {@code deltas}
   * @throws IllegalArgumentException if the lengths do not fit
   */
  public float[] decode(float[] references, float[] deltas) {
    int n = Boxes.count(references);
    int codes = Boxes.count(deltas);
    if (n == 0 ? codes != 0 : codes % n != 0) {
      throw new IllegalArgumentException(codes + " codes for " + n + " boxes");
    }
    float[] boxes = new float[deltas.length];
    for (int k = 0; k < codes; k++) {
      int r = k / (codes / n) * 4;
      int d = 4 * k;
      axis(references, r, deltas, d, weightX, weightWidth, boxes);
      axis(references, r + 1, deltas, d + 1, weightY, weightHeight, boxes);
    }
    return boxes;
  }

  /** One axis: places r and r + 2 hold the reference's corners, d and d + 2 shift and growth. */
  private static void axis(
      float[] references,
      int r,
      float[] deltas,
      int d,
      float shiftWeight,
      float sideWeight,
      float[] boxes) {
    float side = references[r + 2] - references[r];
    float centre = references[r] + 0.5f * side;
    float growth = Math.min(deltas[d + 2] / sideWeight, SIDE_LIMIT);
    float newCentre = deltas[d] / shiftWeight * side + centre;
    float half = 0.5f * (Elementary.expFullRange(growth) * side);
    boxes[d] = newCentre - half;
    boxes[d + 2] = newCentre + half;
  }
}
