package dev.facet.vision.detection;

import dev.facet.vision.DetectionResize;
import dev.facet.vision.DetectionResize.Size;

/**
 * The sizes that a detector's head must know about an image beside the feature levels.
 *
 * @param original the image as it came; detections are in its coordinates
 * @param resized the image as the network sees it; proposals are in its coordinates
 * @param padded the resized image with zeros to the right and below, so that levels halve exactly
 */
public record ImageGeometry(Size original, Size resized, Size padded) {
  /** Sides of padded images are multiples of this: the step of p5. */
  public static final int MULTIPLE = 32;

  /**
   * The geometry of an image under a resize rule.
   *
   * @param height rows of the original image
   * @param width columns of the original image
   * @throws IllegalArgumentException if the image is empty, or so thin that nothing remains of it
   */
  public static ImageGeometry of(int height, int width, DetectionResize rule) {
    Size resized = rule.of(height, width);
    if (resized.height() < 1 || resized.width() < 1) {
      throw new IllegalArgumentException(
          "image of " + height + " x " + width + " is too thin to resize");
    }
    Size padded = new Size(roundUp(resized.height()), roundUp(resized.width()));
    return new ImageGeometry(new Size(height, width), resized, padded);
  }

  private static int roundUp(int side) {
    return Math.ceilDiv(side, MULTIPLE) * MULTIPLE;
  }
}
