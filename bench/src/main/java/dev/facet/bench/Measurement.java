package dev.facet.bench;

import java.util.List;

/**
 * What a fork found.
 *
 * @param job {@link Job#key}
 * @param round of the report, from 1
 * @param seconds the fork took
 * @param failure why there are no figures, in one line; empty if there are
 */
record Measurement(String job, int round, double seconds, String failure, List<Figure> figures) {
  boolean failed() {
    return !failure.isEmpty();
  }
}
