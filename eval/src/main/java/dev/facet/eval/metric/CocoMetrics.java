package dev.facet.eval.metric;

import java.util.List;

/**
 * COCO's twelve numbers (cocodataset.org/#detection-eval) and the average precision of each class, all in 0..1; NaN where there is
 * no object to find.
 *
 * @param ap average precision, mean over IoU 0.50, 0.55, ..., 0.95, the classes and 101 recalls
 * @param ap50 at IoU 0.50
 * @param ap75 at IoU 0.75
 * @param apSmall of objects up to 32 x 32 pixels
 * @param apMedium between
 * @param apLarge of objects from 96 x 96 pixels on
 * @param ar1 average recall with the one best detection of an image and class
 * @param ar10 with the ten best
 * @param ar100 with the hundred best, as in all the others
 * @param arSmall of objects up to 32 x 32 pixels
 * @param arMedium between
 * @param arLarge of objects from 96 x 96 pixels on
 * @param classes by index of the class
 */
public record CocoMetrics(
    double ap,
    double ap50,
    double ap75,
    double apSmall,
    double apMedium,
    double apLarge,
    double ar1,
    double ar10,
    double ar100,
    double arSmall,
    double arMedium,
    double arLarge,
    List<ClassPrecision> classes) {
  public CocoMetrics {
    classes = List.copyOf(classes);
  }

  /**
   * Average precision of one class; NaN if it has no object.
   *
   * @param name of the class
   * @param ap mean over the IoU thresholds
   * @param ap50 at IoU 0.50
   */
  public record ClassPrecision(String name, double ap, double ap50) {}
}
