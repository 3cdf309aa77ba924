package dev.facet.eval.metric;

/** How good rankings of a retrieval are. */
public final class RetrievalPrecision {
  private RetrievalPrecision() {}

  /**
   * Average precision of one ranking: the mean, over the documents that were looked for, of the share of such documents among
   * those ranked up to there (Manning et al. 2008, section 8.4).
   *
   * @param relevant for each document, best first, whether it was looked for
   * @return NaN if none was
   */
  public static double average(boolean... relevant) {
    int found = 0;
    double sum = 0;
    for (int i = 0; i < relevant.length; i++) {
      if (relevant[i]) {
        found++;
        sum += found / (i + 1.0);
      }
    }
    return found == 0 ? Double.NaN : sum / found;
  }
}
