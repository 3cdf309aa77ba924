package dev.facet.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.testing.GoldenCase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Detection geometry against the regions of golden section D. */
class GoldenGeometryTest {
  @Test
  void suppressionKeepsTheSameBoxes() {
    List<GoldenCase> cases = cases("nms");
    assertThat(cases).hasSize(3);
    for (GoldenCase g : cases) {
      assertThat(Nms.keep(g.floats("boxes"), g.floats("scores"), g.number("iou_threshold")))
          .as(g.name())
          .isEqualTo(g.ints("keep"));
    }
  }

  @Test
  void suppressionPerClassKeepsTheSameBoxesOnBothBranches() {
    List<GoldenCase> cases = cases("batched_nms");
    assertThat(cases).hasSize(2);
    for (GoldenCase g : cases) {
      assertThat(
              Nms.perClass(
                  g.floats("boxes"),
                  g.floats("scores"),
                  g.ints("labels"),
                  g.number("iou_threshold")))
          .as(g.name())
          .isEqualTo(g.ints("keep"));
    }
  }

  @Test
  void decodedBoxesMatch() {
    List<GoldenCase> cases = cases("box_decode");
    assertThat(cases).hasSize(2);
    for (GoldenCase g : cases) {
      float[] w = g.numbers("weights");
      assertThat(BoxCoder.SIDE_LIMIT).isEqualTo((float) g.number("clip"));
      BoxCoder coder = new BoxCoder(w[0], w[1], w[2], w[3]);
      double worst = g.check(coder.decode(g.floats("proposals"), g.floats("deltas")));
      System.out.printf("%-20s %.1e%n", g.name(), worst);
    }
  }

  @Test
  void sizesMatchExactly() {
    GoldenCase g = cases("detection_resize_sizes").getFirst();
    int[] sizes = g.ints("sizes");
    int[] expected = g.ints("out");
    for (int i = 0; i < expected.length / 2; i++) {
      DetectionResize rule = new DetectionResize(sizes[4 * i + 2], sizes[4 * i + 3]);
      assertThat(rule.of(sizes[4 * i], sizes[4 * i + 1]))
          .isEqualTo(new DetectionResize.Size(expected[2 * i], expected[2 * i + 1]));
    }
  }

  private static List<GoldenCase> cases(String op) {
    return GoldenCase.all().stream().filter(g -> g.op().equals(op)).toList();
  }
}
