package dev.facet.eval.metric;

import java.util.Arrays;

/**
 * The curve of one class at one IoU threshold.
 *
 * @param averagePrecision mean precision at the recalls 0, 0.01, ..., 1, each the greatest at that recall or a higher one
 * @param recall share of the objects that was found
 */
record PrecisionRecall(double averagePrecision, double recall) {
  private static final int RECALLS = 101;

  /**
   * The curve of a ranking.
   *
   * @param verdicts of {@link ImageMatches}, by falling score
   * @param objects how many there are to find, at least 1
   */
  static PrecisionRecall of(byte[] verdicts, int objects) {
    double[] precision = new double[verdicts.length];
    double[] recall = new double[verdicts.length];
    int found = 0;
    int wrong = 0;
    for (int i = 0; i < verdicts.length; i++) {
      found += verdicts[i] == ImageMatches.TRUE ? 1 : 0;
      wrong += verdicts[i] == ImageMatches.FALSE ? 1 : 0;
      precision[i] = found / (found + wrong + Math.ulp(1.0));
      recall[i] = (double) found / objects;
    }
    for (int i = precision.length - 1; i > 0; i--) {
      precision[i - 1] = Math.max(precision[i - 1], precision[i]);
    }
    double sum = 0;
    int at = 0;
    for (int r = 0; r < RECALLS; r++) {
      // the same doubles as numpy's linspace: a recall may equal one of them
      double wanted = r == RECALLS - 1 ? 1 : r * (1.0 / (RECALLS - 1));
      while (at < recall.length && recall[at] < wanted) {
        at++;
      }
      sum += at < recall.length ? precision[at] : 0;
    }
    return new PrecisionRecall(sum / RECALLS, (double) found / objects);
  }

  /** COCO's IoU thresholds 0.50, 0.55, ..., 0.95, the same doubles as numpy's linspace. */
  static double[] thresholds() {
    double[] thresholds = new double[10];
    Arrays.setAll(thresholds, i -> 0.5 + i * ((0.95 - 0.5) / 9));
    thresholds[9] = 0.95;
    return thresholds;
  }
}
