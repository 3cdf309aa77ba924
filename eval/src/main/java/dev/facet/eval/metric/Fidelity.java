package dev.facet.eval.metric;

import dev.facet.eval.dataset.BoundingBox;
import dev.facet.eval.dataset.CocoResult;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How much of what a task network says survives compression, whether it was right or not: the three fidelities of Chen et al.,
 * "Lossy intermediate deep learning feature compression and evaluation" (ACM MM 2019), section 3.2. 1 is no change.
 */
public final class Fidelity {
  private Fidelity() {}

  /**
   * Classification (equation 2): the share of samples whose class is the same.
   *
   * <p>As printed, the equation also divides the Hamming distance of two one-hot vectors, 0 or 2, by their length: with 1000 classes it
   * could not fall below 0.999, while the paper's table 3 goes down to 0.087. The table is without that division, and so is this;
   * {@link #classificationAsPrinted} has it.
   *
   * @param pristine class of each sample on the features themselves
   * @param reconstructed on decoded features, in the same order
   * @throws IllegalArgumentException if there are not as many of both, or none
   */
  public static double classification(int[] pristine, int[] reconstructed) {
    if (pristine.length != reconstructed.length || pristine.length == 0) {
      throw new IllegalArgumentException(
          pristine.length
              + " and "
              + reconstructed.length
              + " samples: need as many of both, and one");
    }
    int same = 0;
    for (int i = 0; i < pristine.length; i++) {
      if (pristine[i] == reconstructed[i]) {
        same++;
      }
    }
    return same / (double) pristine.length;
  }

  /**
   * Equation 2 to the letter.
   *
   * @param classes length of the one-hot vectors
   * @throws IllegalArgumentException as {@link #classification}
   */
  public static double classificationAsPrinted(int[] pristine, int[] reconstructed, int classes) {
    return 1 - (1 - classification(pristine, reconstructed)) / classes;
  }

  /**
   * Retrieval (equation 3): the mean of {@link #bubbleIndex} over the queries.
   *
   * @param pristine ranked documents of each query
   * @param reconstructed the same with decoded features
   * @throws IllegalArgumentException if there are not as many of both, or none; or a ranking is not of the same documents
   */
  public static <T> double retrieval(List<List<T>> pristine, List<List<T>> reconstructed) {
    if (pristine.size() != reconstructed.size() || pristine.isEmpty()) {
      throw new IllegalArgumentException(
          pristine.size()
              + " and "
              + reconstructed.size()
              + " queries: need as many of both, and one");
    }
    double sum = 0;
    for (int i = 0; i < pristine.size(); i++) {
      sum += bubbleIndex(pristine.get(i), reconstructed.get(i));
    }
    return sum / pristine.size();
  }

  /**
   * Bubble index (algorithm 1): 1 minus the share of the n (n - 1) / 2 comparisons of a bubble sort that swap, when it sorts one ranking
   * into the other. Bubble sort swaps once for each pair in the wrong order, so counting those in a merge sort gives the same number in
   * O(n log n).
   *
   * <p>As printed, the algorithm returns the share of swaps, 0 for equal rankings; the paper's tables are of its complement.
   *
   * @throws IllegalArgumentException if the rankings are not of the same, different documents
   */
  public static <T> double bubbleIndex(List<T> pristine, List<T> reconstructed) {
    int n = pristine.size();
    Map<T, Integer> ranks = HashMap.newHashMap(n);
    for (T document : pristine) {
      ranks.put(document, ranks.size());
    }
    if (ranks.size() != n || reconstructed.size() != n) {
      throw new IllegalArgumentException("rankings of " + n + " different documents expected");
    }
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      Integer rank = ranks.remove(reconstructed.get(i));
      if (rank == null) {
        throw new IllegalArgumentException(
            "place " + i + " has a document that the other ranking lacks, or had before");
      }
      order[i] = rank;
    }
    return n < 2 ? 1 : 1 - inversions(order) / (0.5 * n * (n - 1.0));
  }

  /** Pairs in the wrong order; sorts the array. */
  private static long inversions(int[] values) {
    int[] from = values;
    int[] to = new int[values.length];
    long count = 0;
    for (int run = 1; run < values.length; run *= 2) {
      for (int start = 0; start < values.length; start += 2 * run) {
        int middle = Math.min(start + run, values.length);
        int end = Math.min(start + 2 * run, values.length);
        int a = start;
        int b = middle;
        for (int k = start; k < end; k++) {
          if (a < middle && (b == end || from[a] <= from[b])) {
            to[k] = from[a++];
          } else {
            // smaller than everything that is left of the first run
            count += middle - a;
            to[k] = from[b++];
          }
        }
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    return count;
  }

  /**
   * Detection (equation 4): for each object that was found on the features themselves, how much its box overlaps (intersection over
   * union) and how much of its confidence is left, weighted by its confidence; the mean over the images where something was found.
   *
   * <p>The paper does not say which objects belong together: here each takes, by falling confidence, the one of its class that is not
   * taken yet and overlaps most. Its relative change of confidence has no absolute value, so that a rise would count as more than no
   * change; here a rise and a fall count alike.
   *
   * @param pristine what was found on the features themselves, in all images
   * @param reconstructed on decoded features
   * @return NaN if nothing was found in any image
   */
  public static double detection(List<CocoResult> pristine, List<CocoResult> reconstructed) {
    Map<Long, List<CocoResult>> before = byImage(pristine);
    Map<Long, List<CocoResult>> after = byImage(reconstructed);
    double sum = 0;
    for (Map.Entry<Long, List<CocoResult>> image : before.entrySet()) {
      sum += image(image.getValue(), after.getOrDefault(image.getKey(), List.of()));
    }
    return before.isEmpty() ? Double.NaN : sum / before.size();
  }

  /** In the order of the images, so that the sum has one order. */
  private static Map<Long, List<CocoResult>> byImage(List<CocoResult> results) {
    return results.stream()
        .filter(result -> result.score() > 0)
        .sorted(Comparator.comparingDouble(CocoResult::score).reversed())
        .collect(Collectors.groupingBy(CocoResult::image, TreeMap::new, Collectors.toList()));
  }

  private static double image(List<CocoResult> before, List<CocoResult> after) {
    boolean[] taken = new boolean[after.size()];
    double kept = 0;
    double whole = 0;
    for (CocoResult object : before) {
      int best = -1;
      double overlap = 0;
      for (int i = 0; i < taken.length; i++) {
        CocoResult other = after.get(i);
        if (!taken[i] && other.category() == object.category()) {
          double found = intersectionOverUnion(object.box(), other.box());
          if (found > overlap) {
            best = i;
            overlap = found;
          }
        }
      }
      whole += object.score();
      if (best >= 0) {
        taken[best] = true;
        double change = Math.abs(object.score() - after.get(best).score()) / object.score();
        kept += overlap * Math.max(0, 1 - change) * object.score();
      }
    }
    return kept / whole;
  }

  private static double intersectionOverUnion(BoundingBox a, BoundingBox b) {
    double intersection = a.intersection(b);
    double union = a.area() + b.area() - intersection;
    return union > 0 ? intersection / union : 0;
  }
}
