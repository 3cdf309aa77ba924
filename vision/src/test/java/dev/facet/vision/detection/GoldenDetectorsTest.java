package dev.facet.vision.detection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.testing.Golden;
import dev.facet.testing.TinyDetector;
import dev.facet.vision.Boxes;
import dev.facet.vision.DetectionResize;
import dev.facet.vision.GoldenVision;
import dev.facet.vision.backbone.ImageNormalization;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * The detectors of golden section E, border by border: prepared image, levels, proposals, box
 * features and logits, detections, masks.
 */
class GoldenDetectorsTest {
  private static final Backend BACKEND = Backends.open();

  /** Relative to the largest value. */
  private static final double FEATURES = 2e-5;

  /** Pixels of the resized image. */
  private static final double PROPOSAL_PIXELS = 0.01;

  /** Pixels of the original image. */
  private static final double BOX_PIXELS = 0.005;

  private static final double SCORES = 1e-4;

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  @Test
  void fasterRcnnResNet50() throws CheckpointException {
    check("fasterrcnn_resnet50_fpn");
  }

  @Test
  void fasterRcnnResNet18() throws CheckpointException {
    check("resnet18_fpn");
  }

  @Test
  void maskRcnnResNet50() throws CheckpointException {
    check("maskrcnn_resnet50_fpn");
  }

  /** So the test of both spellings, which is without golden vectors, tests the right ones. */
  @Test
  void publishedNamesAreThoseOfTheRecipe() {
    int renamed = 0;
    for (Object entry :
        (List<?>) Golden.json("e/maskrcnn_resnet50_fpn/recipe.json").get("entries")) {
      Map<?, ?> fields = (Map<?, ?>) entry;
      String key = (String) fields.get("key");
      Object old = fields.get("old_key");
      assertThat(TinyDetector.published(key)).isEqualTo(old == null ? key : old);
      renamed += old == null ? 0 : 1;
    }
    assertThat(renamed).isEqualTo(26);
  }

  private static void check(String model) throws CheckpointException {
    GoldenVision golden = new GoldenVision(model);
    FasterRcnn network =
        FasterRcnn.read(golden.weights(BACKEND, key -> true), config(golden.meta("config")));
    Tensor image = golden.image();
    ImageGeometry geometry = network.extractor().geometry(image);
    golden.checkProbe("preprocessed", network.extractor().prepare(image), 3e-6);
    List<Tensor> levels = network.extractor().apply(image);
    for (int i = 0; i < levels.size(); i++) {
      golden.checkFeature("p" + (i + 2), levels.get(i), FEATURES);
    }
    golden.checkFeature("p6", BACKEND.subsample(levels.getLast()), FEATURES);
    checkHeads(golden, network.head(), levels, geometry);
    Detections found = network.head().apply(levels, geometry);
    checkDetections(golden, found);
    assertThat(found.masks()).hasSize(network.head().hasMasks() ? found.count() : 0);
    if (network.head().hasMasks()) {
      checkMasks(golden, found, geometry.original());
    }
    System.out.println(golden);
  }

  private static DetectorConfig config(Map<?, ?> c) {
    return new DetectorConfig(
        new DetectionResize(integer(c, "min_size"), integer(c, "max_size")),
        new ImageNormalization(floats(c, "image_mean"), floats(c, "image_std")),
        number(c, "batch_norm_eps"),
        AnchorGenerator.PYRAMID,
        new DetectorConfig.ProposalRules(
            integer(c, "rpn_pre_nms_top_n_test"),
            integer(c, "rpn_post_nms_top_n_test"),
            number(c, "rpn_nms_thresh")),
        new DetectorConfig.DetectionRules(
            (float) number(c, "box_score_thresh"),
            number(c, "box_nms_thresh"),
            integer(c, "box_detections_per_img")));
  }

  private static double number(Map<?, ?> map, String key) {
    return ((Number) map.get(key)).doubleValue();
  }

  private static int integer(Map<?, ?> map, String key) {
    return ((Long) map.get(key)).intValue();
  }

  private static float[] floats(Map<?, ?> map, String key) {
    List<?> list = (List<?>) map.get(key);
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((Number) list.get(i)).doubleValue();
    }
    return values;
  }

  private static void checkHeads(
      GoldenVision golden, DetectionHead head, List<Tensor> levels, ImageGeometry geometry) {
    Proposals all = head.propose(levels, geometry);
    assertThat(all.count()).isEqualTo(golden.integer("proposals_total"));
    double[] expected = golden.expected("proposals").doubles();
    int n = expected.length / 4;
    int[] first = IntStream.range(0, n).toArray();
    float[] boxes = Boxes.select(all.boxes(), first);
    golden.checkAbsolute("proposals (px)", "proposals", boxes, expected, PROPOSAL_PIXELS, 1);
    golden.checkAbsolute(
        "proposal scores",
        "proposal_scores",
        Arrays.copyOf(all.scores(), n),
        golden.expected("proposal_scores").doubles(),
        SCORES,
        1);
    assertThat(Arrays.copyOf(all.levels(), n)).isEqualTo(golden.ints("proposal_levels"));
    Tensor regions = head.boxRegions(levels, boxes, geometry);
    golden.check(
        "box features",
        "box_features",
        chw(regions, golden.expected("box_features").shape()[0]),
        golden.expected("box_features").doubles(),
        1e-4);
    BoxHead.Output judged = head.boxHead().apply(regions);
    golden.check(
        "class logits",
        "class_logits",
        judged.logits().data(),
        golden.expected("class_logits").doubles(),
        1e-4);
    golden.check(
        "box codes",
        "box_regression",
        judged.codes().data(),
        golden.expected("box_regression").doubles(),
        1e-4);
  }

  /** The first n regions, each (C, 7, 7). */
  private static float[] chw(Tensor regions, int n) {
    int side = BoxHead.SIDE;
    int size = side * side * regions.channels();
    float[] all = new float[n * size];
    for (int i = 0; i < n; i++) {
      float[] one = BACKEND.crop(regions, i * side, 0, side, side).toChw();
      System.arraycopy(one, 0, all, i * size, size);
    }
    return all;
  }

  private static void checkDetections(GoldenVision golden, Detections found) {
    assertThat(found.labels()).isEqualTo(golden.ints("labels"));
    golden.checkAbsolute(
        "boxes (px)", "boxes", found.boxes(), golden.expected("boxes").doubles(), BOX_PIXELS, 1);
    golden.checkAbsolute(
        "scores", "scores", found.scores(), golden.expected("scores").doubles(), SCORES, 1);
  }

  private static void checkMasks(
      GoldenVision golden, Detections found, DetectionResize.Size image) {
    double[] expected = golden.expected("mask_probabilities_28x28").doubles();
    float[] probabilities = new float[expected.length];
    byte[] packed = golden.expected("masks_packed").bytes();
    int bytes = packed.length / found.count();
    int different = 0;
    for (int i = 0; i < found.count(); i++) {
      float[] mask = found.masks().get(i).data();
      System.arraycopy(mask, 0, probabilities, i * mask.length, mask.length);
      float[] pasted = MaskPaste.paste(BACKEND, found, i, image).data();
      int both = 0;
      int either = 0;
      for (int k = 0; k < pasted.length; k++) {
        boolean ours = pasted[k] >= 0.5f;
        boolean theirs = (packed[i * bytes + k / 8] >> (7 - k % 8) & 1) != 0;
        both += ours && theirs ? 1 : 0;
        either += ours || theirs ? 1 : 0;
      }
      different += either - both;
      double iou = (double) both / either;
      golden.note("1 - mask IoU", 1 - iou);
      assertThat(iou).as("mask %d", i).isGreaterThan(0.99);
    }
    golden.note("mask pixels that differ", different);
    golden.checkAbsolute(
        "mask probabilities", "mask_probabilities_28x28", probabilities, expected, SCORES, 1);
  }
}
