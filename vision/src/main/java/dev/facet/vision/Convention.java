package dev.facet.vision;

/**
 * Whose definition a detector follows where the papers leave room: the two libraries that publish
 * weights differ in the steps around the same networks, and weights work only with those that they
 * were trained with.
 *
 * <table>
 * <caption>What differs</caption>
 * <tr><th>step</th><th>torchvision</th><th>detectron2</th></tr>
 * <tr><td>size of the resized image</td><td>rounded down</td><td>rounded</td></tr>
 * <tr><td>resize</td><td>of normalised values, bilinear without antialiasing</td><td>of 8-bit
 *     values, Pillow's bilinear with antialiasing</td></tr>
 * <tr><td>corners of anchors</td><td>rounded</td><td>as they are</td></tr>
 * <tr><td>RoIAlign</td><td>2 x 2 samples a bin</td><td>samples shifted by half a pixel, ceil(side
 *     of the bin) of them</td></tr>
 * <tr><td>smallest boxes</td><td>1e-3 (proposals) and 1e-2 pixels</td><td>not empty</td></tr>
 * </table>
 */
public enum Convention {
  /** {@code torchvision.models.detection}, versions 0.6 and later. */
  TORCHVISION,
  /** {@code detectron2} with {@code ROIAlignV2}, as in all its FPN models. */
  DETECTRON2
}
