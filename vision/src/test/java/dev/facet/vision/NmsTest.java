package dev.facet.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NmsTest {
  @Test
  void keepsWhatTheDefinitionKeeps() {
    Random random = new Random(1);
    for (int run = 0; run < 200; run++) {
      int n = random.nextInt(60);
      float[] boxes = boxes(random, n);
      float[] scores = scores(random, n);
      double threshold = random.nextDouble();
      assertThat(Nms.keep(boxes, scores, threshold)).isEqualTo(naive(boxes, scores, threshold));
    }
  }

  /** A box stays if no box that stays, and comes before it by score, overlaps it too much. */
  private static int[] naive(float[] boxes, float[] scores, double threshold) {
    List<Integer> order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
            .toList();
    List<Integer> kept = new ArrayList<>();
    for (int candidate : order) {
      if (kept.stream().noneMatch(k -> Boxes.iou(boxes, k, boxes, candidate) > threshold)) {
        kept.add(candidate);
      }
    }
    return kept.stream().mapToInt(i -> i).toArray();
  }

  @Test
  void classesDoNotMeet() {
    Random random = new Random(2);
    for (int n : new int[] {0, 1, 40, 1000, 1001, 1400}) {
      float[] boxes = boxes(random, n);
      float[] scores = scores(random, n);
      int[] classes = random.ints(n, 0, 4).toArray();
      boolean[] expected = new boolean[n];
      for (int c = 0; c < 4; c++) {
        int number = c;
        int[] members = IntStream.range(0, n).filter(i -> classes[i] == number).toArray();
        float[] own = new float[members.length];
        for (int k = 0; k < own.length; k++) {
          own[k] = scores[members[k]];
        }
        for (int k : Nms.keep(Boxes.select(boxes, members), own, 0.5)) {
          expected[members[k]] = true;
        }
      }
      int[] kept = Nms.perClass(boxes, scores, classes, 0.5);
      assertThat(IntStream.of(kept).sorted().toArray())
          .isEqualTo(IntStream.range(0, n).filter(i -> expected[i]).toArray());
      assertThat(IntStream.of(kept).mapToObj(i -> -scores[i]).toList()).isSorted();
    }
  }

  @Test
  void orderIsStableWithNanFirst() {
    float[] scores = {
      -1f, 0f, -0f, Float.NaN, 2f, Float.NEGATIVE_INFINITY, 2f, Float.POSITIVE_INFINITY
    };
    assertThat(Nms.byFallingScore(scores)).containsExactly(3, 7, 4, 6, 1, 2, 0, 5);
  }

  @Test
  void lengthsMustAgree() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Nms.keep(new float[8], new float[3], 0.5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Nms.keep(new float[7], new float[1], 0.5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Nms.perClass(new float[8], new float[2], new int[1], 0.5));
  }

  /** Boxes with small integer corners: overlaps come out equal in every branch, and ties occur. */
  private static float[] boxes(Random random, int n) {
    float[] boxes = new float[4 * n];
    for (int i = 0; i < n; i++) {
      boxes[4 * i] = random.nextInt(20);
      boxes[4 * i + 1] = random.nextInt(20);
      boxes[4 * i + 2] = boxes[4 * i] + 1 + random.nextInt(15);
      boxes[4 * i + 3] = boxes[4 * i + 1] + 1 + random.nextInt(15);
    }
    return boxes;
  }

  private static float[] scores(Random random, int n) {
    float[] scores = new float[n];
    for (int i = 0; i < n; i++) {
      scores[i] = random.nextInt(n + 1) / (n + 1f);
    }
    return scores;
  }
}
