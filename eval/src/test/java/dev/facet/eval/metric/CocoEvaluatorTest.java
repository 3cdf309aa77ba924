package dev.facet.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.eval.dataset.Annotation;
import dev.facet.eval.dataset.BoundingBox;
import dev.facet.eval.dataset.Category;
import dev.facet.eval.dataset.CocoResult;
import dev.facet.eval.dataset.CocoResults;
import dev.facet.eval.dataset.Datasets;
import dev.facet.eval.dataset.DetectionDataset;
import dev.facet.eval.dataset.LabelledImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Against the numbers of COCO's own evaluation, and against numbers found by hand.
 *
 * <p>coco-cases.json was written by src/test/python/coco_cases.py. Where it was made no pycocotools could be installed: its
 * cocoeval.py (the evaluation itself) and the functions of maskApi.c that it needs (overlaps of boxes and of run lengths) were typed
 * anew from github.com/cocodataset/cocoapi, comments and key points left out, behind a short stand-in for the class that indexes
 * annotations, and run outside this repository. Where pycocotools is installed, the script runs with it as it is.
 */
class CocoEvaluatorTest {
  private static final BoundingBox SQUARE = new BoundingBox(0, 0, 10, 10);

  @TempDir Path folder;

  @TestFactory
  List<DynamicTest> agreesWithPycocotools() throws IOException {
    JsonMapper json = new JsonMapper();
    List<DynamicTest> tests = new ArrayList<>();
    try (InputStream in = CocoEvaluatorTest.class.getResourceAsStream("coco-cases.json")) {
      for (JsonNode one : json.readTree(in)) {
        String name = one.get("name").stringValue();
        Path truth = folder.resolve(name + "-truth.json");
        Path results = folder.resolve(name + "-results.json");
        json.writeValue(truth, one.get("truth"));
        json.writeValue(results, one.get("results"));
        tests.add(DynamicTest.dynamicTest(name, () -> agrees(one, truth, results)));
      }
    }
    assertThat(tests).hasSize(6);
    return tests;
  }

  private static void agrees(JsonNode one, Path truth, Path results) throws IOException {
    Region region = one.get("kind").stringValue().equals("segm") ? Region.MASK : Region.BOX;
    DetectionDataset dataset = Datasets.annotations(truth);
    CocoMetrics metrics =
        new CocoEvaluator(dataset, region).evaluate(CocoResults.read(results, dataset));
    assertThat(summary(metrics)).containsExactly(expected(one.get("summary")), within(1e-9));
    assertThat(metrics.classes()).hasSize(one.get("classes").size());
    for (int c = 0; c < metrics.classes().size(); c++) {
      CocoMetrics.ClassPrecision found = metrics.classes().get(c);
      assertThat(new double[] {found.ap(), found.ap50()})
          .as(found.name())
          .containsExactly(expected(one.get("classes").get(c)), within(1e-9));
    }
  }

  /** Where pycocotools has no object to find it says -1. */
  private static double[] expected(JsonNode numbers) {
    double[] expected = new double[numbers.size()];
    for (int i = 0; i < expected.length; i++) {
      double value = numbers.get(i).doubleValue();
      expected[i] = value == -1 ? Double.NaN : value;
    }
    return expected;
  }

  private static double[] summary(CocoMetrics m) {
    return new double[] {
      m.ap(), m.ap50(), m.ap75(), m.apSmall(), m.apMedium(), m.apLarge(),
      m.ar1(), m.ar10(), m.ar100(), m.arSmall(), m.arMedium(), m.arLarge()
    };
  }

  @Test
  void aWrongDetectionBetweenTwoRightOnesCostsAThirdOfTheSecondHalf() {
    BoundingBox far = new BoundingBox(50, 50, 10, 10);
    CocoMetrics metrics =
        evaluate(
            List.of(new Annotation(0, SQUARE), new Annotation(0, far)),
            new CocoResult(1, 0, SQUARE, 0.9),
            new CocoResult(1, 0, new BoundingBox(30, 0, 10, 10), 0.8),
            new CocoResult(1, 0, far, 0.7));
    // precision 1 at the 51 recalls up to 0.5, 2/3 at the other 50
    assertThat(metrics.ap50()).isCloseTo((51 + 50 * 2 / 3.0) / 101, within(1e-12));
    assertThat(metrics.ap()).isCloseTo(metrics.ap50(), within(1e-12));
    assertThat(metrics.ar1()).isEqualTo(0.5);
    assertThat(metrics.ar100()).isEqualTo(1);
    assertThat(metrics.apSmall()).isCloseTo(metrics.ap50(), within(1e-12));
    assertThat(metrics.apLarge()).isNaN();
  }

  @Test
  void anOverlapOfExactlyTheThresholdCounts() {
    CocoMetrics metrics =
        evaluate(
            List.of(new Annotation(0, SQUARE)),
            new CocoResult(1, 0, new BoundingBox(0, 0, 10, 5), 0.9));
    assertThat(metrics.ap50()).isCloseTo(1, within(1e-12));
    assertThat(metrics.ap75()).isEqualTo(0);
    assertThat(metrics.ap()).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void detectionsInACrowdCountNeitherForNorAgainst() {
    Annotation crowd =
        new Annotation(0, new BoundingBox(100, 100, 200, 200), 40000, true, null, null);
    CocoResult[] detections = {
      new CocoResult(1, 0, new BoundingBox(110, 110, 20, 20), 0.95),
      new CocoResult(1, 0, new BoundingBox(150, 150, 20, 20), 0.94),
      new CocoResult(1, 0, SQUARE, 0.5)
    };
    Annotation object = new Annotation(0, SQUARE);
    assertThat(evaluate(List.of(crowd, object), detections).ap()).isCloseTo(1, within(1e-12));
    assertThat(evaluate(List.of(object), detections).ap()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(evaluate(List.of(crowd), detections).ap()).isNaN();
  }

  @Test
  void anObjectIsFoundOnce() {
    CocoMetrics metrics =
        evaluate(
            List.of(new Annotation(0, SQUARE), new Annotation(0, new BoundingBox(50, 50, 10, 10))),
            new CocoResult(1, 0, SQUARE, 0.9),
            new CocoResult(1, 0, SQUARE, 0.8));
    assertThat(metrics.ap50()).isCloseTo(51 / 101.0, within(1e-12));
    assertThat(metrics.ar100()).isEqualTo(0.5);
  }

  @Test
  void resultsMustFitTheDataSet() {
    List<Annotation> truth = List.of(new Annotation(0, SQUARE));
    assertThatThrownBy(() -> evaluate(truth, new CocoResult(7, 0, SQUARE, 0.9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no image 7");
    assertThatThrownBy(() -> evaluate(truth, new CocoResult(1, 3, SQUARE, 0.9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no class 3");
    assertThatThrownBy(() -> new CocoEvaluator(dataset(truth), Region.MASK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("without a mask");
  }

  private static CocoMetrics evaluate(List<Annotation> truth, CocoResult... results) {
    return new CocoEvaluator(dataset(truth), Region.BOX).evaluate(List.of(results));
  }

  private static DetectionDataset dataset(List<Annotation> truth) {
    return new DetectionDataset(
        List.of(new Category(1, "fish")),
        List.of(new LabelledImage(1, Path.of("a.png"), 640, 480, truth)));
  }
}
