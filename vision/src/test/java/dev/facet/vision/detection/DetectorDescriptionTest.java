package dev.facet.vision.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.vision.Convention;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The section detector of model.json. */
class DetectorDescriptionTest {
  @Test
  void theLeastThatIsNeeded() throws CheckpointException {
    DetectorDescription read = DetectorDescription.parse("p", section());
    assertThat(read.classes()).containsExactly("fish", "shark");
    assertThat(read.categoryIds()).containsExactly(1, 2);
    DetectorConfig config = read.config();
    assertThat(config.convention()).isEqualTo(Convention.TORCHVISION);
    assertThat(config.epsilon()).isEqualTo(1e-5);
    assertThat(config.strideIn1x1()).isFalse();
    assertThat(config.resize().shortSide()).isEqualTo(512);
    assertThat(config.resize().longSide()).isEqualTo(600);
    assertThat(config.normalization().bgr()).isFalse();
    assertThat(config.normalization().mean()).containsExactly(0.485f, 0.456f, 0.406f);
    assertThat(config.anchors().levels()).isEqualTo(5);
    assertThat(config.anchors().perPlace(0)).isEqualTo(3);
    assertThat(config.proposals()).isEqualTo(new DetectorConfig.ProposalRules(1000, 1000, 0.7));
    assertThat(config.canonicalScale()).isEqualTo(224);
    assertThat(config.detections()).isEqualTo(new DetectorConfig.DetectionRules(0.05f, 0.5, 100));
    assertThat(read.withScore(0.3f).config().detections().score()).isEqualTo(0.3f);
  }

  @Test
  void everythingElse() throws CheckpointException {
    Map<String, Object> section = section();
    section.put("convention", "detectron2");
    section.put("epsilon", 0L);
    section.put("stride_in_1x1", true);
    section.put("category_ids", List.of(7L, 90L));
    section.put("proposals", Map.of("per_level", 300L, "most", 200L, "overlap", 0.6));
    section.put("canonical_scale", 56L);
    section.put("detections", Map.of("score", 0.2, "overlap", 0.4, "most", 10L));
    Map<String, Object> input = input();
    input.put("channels", "bgr");
    input.put("scale", "0..255");
    input.put("mean", List.of(103.53, 116.28, 123.675));
    input.put("std", List.of(1L, 1L, 1.0));
    section.put("input", input);
    DetectorDescription read = DetectorDescription.parse("p", section);
    assertThat(read.categoryIds()).containsExactly(7, 90);
    DetectorConfig config = read.config();
    assertThat(config.convention()).isEqualTo(Convention.DETECTRON2);
    assertThat(config.resize().convention()).isEqualTo(Convention.DETECTRON2);
    assertThat(config.epsilon()).isZero();
    assertThat(config.strideIn1x1()).isTrue();
    assertThat(config.normalization().bgr()).isTrue();
    assertThat(config.normalization().mean()[0]).isCloseTo(103.53f / 255, within(1e-6f));
    assertThat(config.normalization().deviation()).containsOnly(1 / 255f);
    assertThat(config.proposals()).isEqualTo(new DetectorConfig.ProposalRules(300, 200, 0.6));
    assertThat(config.canonicalScale()).isEqualTo(56);
    assertThat(config.detections()).isEqualTo(new DetectorConfig.DetectionRules(0.2f, 0.4, 10));
  }

  @Test
  void wrongFieldsAreNamed() {
    refused("classes", List.of(), "detector.classes is not");
    refused("classes", List.of(1L), "detector.classes is not a list of short strings");
    refused("canonical_scale", 0L, "detector.canonical_scale is not an integer in 1..16384");
    refused("convention", "mmdet", "detector.convention is not torchvision or detectron2");
    refused("category_ids", List.of(1L), "as many numbers as there are classes");
    refused("category_ids", List.of(-1L, 2L), "detector.category_ids is not");
    refused("epsilon", "small", "detector.epsilon is not made of numbers");
    refused("stride_in_1x1", 1L, "detector.stride_in_1x1 is not true or false");
    refused("input", 3L, "detector.input is not an object");
    refused("input", Map.of(), "detector.input.short_side is missing");
    refused("anchors", Map.of("sizes", List.of(1L), "ratios", List.of(1L)), "a list of 5 numbers");
    refused(
        "anchors",
        Map.of("sizes", List.of(1L, 2L, 3L, 4L, 0L), "ratios", List.of(1L)),
        "anchor of size 0.0");
    refused("proposals", Map.of("per_level", 0L), "detector.proposals.per_level is not an integer");
    refused("detections", Map.of("overlap", 2L), "overlap 2.0");
    refusedInput("pad", 64L, "detector.input.pad is not 32");
    refusedInput("channels", "yuv", "detector.input.channels is not rgb or bgr");
    refusedInput("scale", "0..1023", "detector.input.scale is not 0..1 or 0..255");
    refusedInput("mean", List.of(1L, 2L), "detector.input.mean is not a list of 3 numbers");
    refusedInput("std", List.of(1L, 0L, 2L), "standard deviation 0.0");
    refusedInput("short_side", 1L << 40, "detector.input.short_side is not an integer in 1..16384");
    assertThatThrownBy(() -> DetectorDescription.parse("p", Map.of()))
        .hasMessageContaining("p: has a codec but no detector");
  }

  private static void refused(String key, Object value, String message) {
    Map<String, Object> section = section();
    section.put(key, value);
    assertThatThrownBy(() -> DetectorDescription.parse("p", section))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }

  private static void refusedInput(String key, Object value, String message) {
    Map<String, Object> input = input();
    input.put(key, value);
    refused("input", input, message);
  }

  private static Map<String, Object> section() {
    Map<String, Object> section = new HashMap<>();
    section.put("classes", List.of("fish", "shark"));
    section.put(
        "anchors",
        Map.of("sizes", List.of(16L, 32L, 64L, 128L, 256L), "ratios", List.of(0.5, 1L, 2L)));
    section.put("input", input());
    return section;
  }

  private static Map<String, Object> input() {
    Map<String, Object> input = new HashMap<>();
    input.put("mean", List.of(0.485, 0.456, 0.406));
    input.put("std", List.of(0.229, 0.224, 0.225));
    input.put("short_side", 512L);
    input.put("long_side", 600L);
    return input;
  }
}
