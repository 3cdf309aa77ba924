package dev.facet.nn;

/**
 * What {@link Backend#roiAlign} samples in each box (He et al., Mask R-CNN, 2017, as torchvision
 * has it).
 *
 * @param height bins per box from top to bottom
 * @param width bins per box from left to right
 * @param spatialScale feature pixels per image pixel: 1/4 for p2
 * @param samplingRatio samples per bin and side; 0 for ceil(box side / bins), which grows with the
 *     box
 * @param aligned true to shift samples by half a pixel, so that pixel centres lie at integers;
 *     false also makes every box at least one feature pixel large, as older models expect
 */
public record RoiAlign(
    int height, int width, float spatialScale, int samplingRatio, boolean aligned) {
  /**
   * @throws IllegalArgumentException if a size or the scale is not positive, or the ratio is
   *     negative
   */
  public RoiAlign {
    if (height < 1
        || width < 1
        || samplingRatio < 0
        || !(spatialScale > 0)
        || spatialScale == Float.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "RoIAlign to "
              + height
              + " x "
              + width
              + ", scale "
              + spatialScale
              + ", "
              + samplingRatio
              + " samples");
    }
  }
}
