package dev.facet.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.eval.dataset.BoundingBox;
import dev.facet.eval.dataset.CocoResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FidelityTest {
  private static final long SEED = Long.getLong("facet.seed", 20191021);

  @Test
  void bubbleIndexIsAlgorithm1OnRandomRankings() {
    Random random = new Random(SEED);
    for (int round = 0; round < 300; round++) {
      int n = 2 + random.nextInt(90);
      List<String> pristine = new ArrayList<>();
      IntStream.range(0, n).forEach(i -> pristine.add("document " + i));
      Collections.shuffle(pristine, random);
      List<String> reconstructed = new ArrayList<>(pristine);
      // from a few exchanges to a whole shuffle
      for (int k = random.nextInt(2 * n); k > 0; k--) {
        Collections.swap(reconstructed, random.nextInt(n), random.nextInt(n));
      }
      assertThat(Fidelity.bubbleIndex(pristine, reconstructed))
          .as("seed %d, round %d", SEED, round)
          .isEqualTo(1 - algorithm1(pristine, reconstructed));
    }
  }

  /** To the letter of the paper. */
  private static double algorithm1(List<String> pristine, List<String> reconstructed) {
    List<Integer> ordered = new ArrayList<>();
    for (String element : reconstructed) {
      ordered.add(pristine.indexOf(element));
    }
    long swaps = 0;
    long total = 0;
    for (int i = 0; i < ordered.size() - 1; i++) {
      for (int j = 0; j < ordered.size() - i - 1; j++) {
        total++;
        if (ordered.get(j) > ordered.get(j + 1)) {
          swaps++;
          Collections.swap(ordered, j, j + 1);
        }
      }
    }
    return swaps / (double) total;
  }

  @Test
  void bubbleIndexOfManyDocuments() {
    List<Integer> ascending = IntStream.range(0, 200_000).boxed().toList();
    // all n (n - 1) / 2 pairs are wrong: more than an int holds
    assertThat(Fidelity.bubbleIndex(ascending, ascending.reversed())).isEqualTo(0);
    assertThat(Fidelity.bubbleIndex(ascending, ascending)).isEqualTo(1);
    assertThat(Fidelity.bubbleIndex(List.of(7), List.of(7))).isEqualTo(1);
  }

  @Test
  void rankingsMustBeOfTheSameDocuments() {
    assertThatThrownBy(() -> Fidelity.bubbleIndex(List.of(1, 2), List.of(1, 3)))
        .hasMessageContaining("place 1");
    assertThatThrownBy(() -> Fidelity.bubbleIndex(List.of(1, 2), List.of(1, 1)))
        .hasMessageContaining("place 1");
    assertThatThrownBy(() -> Fidelity.bubbleIndex(List.of(1, 1), List.of(1, 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Fidelity.bubbleIndex(List.of(1, 2), List.of(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void retrievalIsTheMeanOverTheQueries() {
    assertThat(
            Fidelity.retrieval(
                List.of(List.of(1, 2, 3), List.of(1, 2, 3)),
                List.of(List.of(1, 2, 3), List.of(2, 1, 3))))
        .isCloseTo((1 + 2 / 3.0) / 2, within(1e-15));
    assertThatThrownBy(() -> Fidelity.retrieval(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void classificationIsTheShareThatStays() {
    int[] pristine = {3, 1, 4, 1, 5};
    int[] reconstructed = {3, 1, 4, 2, 6};
    assertThat(Fidelity.classification(pristine, reconstructed)).isEqualTo(0.6);
    // 1 - 1/(2N) (2/10 + 2/10)
    assertThat(Fidelity.classificationAsPrinted(pristine, reconstructed, 10))
        .isCloseTo(0.96, within(1e-15));
    assertThatThrownBy(() -> Fidelity.classification(pristine, new int[4]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void detectionWeighsOverlapAndConfidence() {
    List<CocoResult> pristine =
        List.of(found(1, 0, 0, 10, 0.8), found(1, 1, 50, 10, 0.4), found(2, 0, 0, 10, 0.5));
    assertThat(Fidelity.detection(pristine, pristine)).isEqualTo(1);
    assertThat(Fidelity.detection(pristine, List.of())).isEqualTo(0);
    assertThat(Fidelity.detection(List.of(), pristine)).isNaN();
    // image 1: half of the first box remains at half the score, the second has another class; image
    // 2: the score rises by a tenth
    List<CocoResult> reconstructed =
        List.of(found(1, 0, 0, 5, 0.4), found(1, 0, 50, 10, 0.4), found(2, 0, 0, 10, 0.55));
    double first = 0.5 * 0.5 * 0.8 / (0.8 + 0.4);
    assertThat(Fidelity.detection(pristine, reconstructed))
        .isCloseTo((first + 0.9) / 2, within(1e-12));
  }

  @Test
  void oneObjectAnswersOnlyOnce() {
    List<CocoResult> twice = List.of(found(1, 0, 0, 10, 0.6), found(1, 0, 1, 10, 0.9));
    // the surer one takes it, though the other overlaps it wholly
    double overlap = 9 / 11.0;
    assertThat(Fidelity.detection(twice, List.of(found(1, 0, 0, 10, 0.9))))
        .isCloseTo(overlap * 0.9 / 1.5, within(1e-12));
  }

  private static CocoResult found(long image, int category, double x, double width, double score) {
    return new CocoResult(image, category, new BoundingBox(x, 0, width, 10), score);
  }
}
