package dev.facet.vision.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.layers.Weights;
import dev.facet.testing.TinyDetector;
import dev.facet.vision.Convention;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checkpoints of detectron2 made from those of torchvision by hand: the same weights under either
 * name are the same network. Nothing here was compared with detectron2 itself.
 */
class DetectorConversionTest {
  private static final Backend BACKEND = Backends.open();

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  /** Names as published models have them, see detectron2's ResNet, FPN, RPN and R-CNN heads. */
  @ParameterizedTest
  @CsvSource({
    "backbone.bottom_up.stem.conv1.weight, backbone.body.conv1.weight",
    "backbone.bottom_up.stem.conv1.norm.running_var, backbone.body.bn1.running_var",
    "backbone.bottom_up.res2.0.conv1.weight, backbone.body.layer1.0.conv1.weight",
    "backbone.bottom_up.res2.0.shortcut.weight, backbone.body.layer1.0.downsample.0.weight",
    "backbone.bottom_up.res2.0.shortcut.norm.bias, backbone.body.layer1.0.downsample.1.bias",
    "backbone.bottom_up.res4.22.conv3.norm.weight, backbone.body.layer3.22.bn3.weight",
    "backbone.fpn_lateral2.weight, backbone.fpn.inner_blocks.0.0.weight",
    "backbone.fpn_output5.bias, backbone.fpn.layer_blocks.3.0.bias",
    "proposal_generator.rpn_head.conv.weight, rpn.head.conv.0.0.weight",
    "proposal_generator.rpn_head.objectness_logits.bias, rpn.head.cls_logits.bias",
    "proposal_generator.rpn_head.anchor_deltas.weight, rpn.head.bbox_pred.weight",
    "roi_heads.box_head.fc1.weight, roi_heads.box_head.fc6.weight",
    "roi_heads.box_head.fc2.bias, roi_heads.box_head.fc7.bias",
    "roi_heads.box_predictor.cls_score.weight, roi_heads.box_predictor.cls_score.weight",
    "roi_heads.mask_head.mask_fcn4.weight, roi_heads.mask_head.3.0.weight",
    "roi_heads.mask_head.deconv.weight, roi_heads.mask_predictor.conv5_mask.weight",
    "roi_heads.mask_head.predictor.bias, roi_heads.mask_predictor.mask_fcn_logits.bias",
  })
  void names(String detectron2, String torchvision) {
    assertThat(Detectron2Keys.torchvisionName(detectron2)).isEqualTo(torchvision);
  }

  @Test
  void theSameWeightsGiveTheSamePyramidAndDetections() throws CheckpointException {
    for (Checkpoint torchvision : List.of(TinyDetector.resNet10(5), TinyDetector.resNeXt(5))) {
      Checkpoint detectron2 = detectron2(torchvision);
      DetectorConversion.Converted converted =
          DetectorConversion.convert(detectron2, List.of("a", "b", "c"), BACKEND);
      DetectorDescription description = parse(converted.section());
      assertThat(description.config().convention()).isEqualTo(Convention.DETECTRON2);
      FasterRcnn expected = description.network(new Weights(BACKEND, torchvision));
      FasterRcnn actual = description.network(new Weights(BACKEND, converted.weights()));
      Tensor image = image(70, 90);
      List<Tensor> levels = actual.extractor().apply(image);
      List<Tensor> expectedLevels = expected.extractor().apply(image);
      for (int i = 0; i < 4; i++) {
        assertThat(levels.get(i).sameBits(expectedLevels.get(i))).isTrue();
      }
      ImageGeometry geometry = expected.extractor().geometry(image);
      Detections found = actual.head().apply(levels, geometry);
      Detections wanted = expected.head().apply(levels, geometry);
      assertThat(found.count()).isPositive();
      assertThat(found.boxes()).containsExactly(wanted.boxes());
      assertThat(found.labels()).containsExactly(wanted.labels());
      assertThat(found.scores()).containsExactly(wanted.scores());
      assertThat(found.masks()).hasSameSizeAs(wanted.masks());
      for (int i = 0; i < found.count(); i++) {
        assertThat(found.masks().get(i).sameBits(wanted.masks().get(i))).isTrue();
      }
    }
  }

  @Test
  void configurationOfDetectron2() throws CheckpointException {
    Map<String, Object> r10 =
        DetectorConversion.convert(detectron2(TinyDetector.resNet10(1)), List.of(), BACKEND)
            .section();
    assertThat(r10)
        .containsEntry("arch", "maskrcnn-resnet10-fpn")
        .containsEntry("convention", "detectron2")
        .containsEntry("epsilon", 1e-5)
        .containsEntry("stride_in_1x1", false)
        .containsEntry("classes", List.of("class 1", "class 2", "class 3"));
    Map<?, ?> input = (Map<?, ?>) r10.get("input");
    assertThat(input.get("std")).isEqualTo(List.of(1.0, 1.0, 1.0));
    assertThat(input.get("channels")).isEqualTo("bgr");
    Map<String, Object> x =
        DetectorConversion.convert(detectron2(TinyDetector.resNeXt(1)), List.of(), BACKEND)
            .section();
    assertThat(((Map<?, ?>) x.get("input")).get("std")).isEqualTo(List.of(57.375, 57.12, 58.395));
    assertThat(x).containsEntry("stride_in_1x1", false);
    // what the checkpoint says goes before what its kind usually has
    List<CheckpointTensor> stated = new ArrayList<>(detectron2(TinyDetector.resNet10(1)).tensors());
    stated.add(CheckpointTensor.ofFloats("pixel_mean", new float[] {1, 2.5f, 123.675f}, 3, 1, 1));
    stated.add(CheckpointTensor.ofFloats("pixel_std", new float[] {4, 5, 6}, 3, 1, 1));
    Map<?, ?> own =
        (Map<?, ?>)
            DetectorConversion.convert(Checkpoint.of("t", stated), List.of(), BACKEND)
                .section()
                .get("input");
    assertThat(own.get("mean")).isEqualTo(List.of(1.0, 2.5, 123.675));
    assertThat(own.get("std")).isEqualTo(List.of(4.0, 5.0, 6.0));
  }

  /** Normalisation from Caffe2 is a factor and a summand. */
  @Test
  void statisticsThatAreMissingAreThoseOfTheIdentity() throws CheckpointException {
    Checkpoint folded =
        only(detectron2(TinyDetector.resNet10(2)), name -> !name.contains("running_"));
    Checkpoint weights = DetectorConversion.convert(folded, List.of(), BACKEND).weights();
    assertThat(weights.floats("backbone.body.bn1.running_mean", 8)).containsOnly(0);
    assertThat(weights.floats("backbone.body.layer2.0.downsample.1.running_var", 16))
        .containsOnly(1);
  }

  @Test
  void otherNetworksAreRefused() throws CheckpointException {
    Checkpoint tiny = detectron2(TinyDetector.resNet10(3));
    List<CheckpointTensor> cascade = new ArrayList<>(tiny.tensors());
    cascade.add(CheckpointTensor.ofFloats("roi_heads.box_head.0.fc1.weight", new float[1], 1));
    assertThatThrownBy(
            () -> DetectorConversion.convert(Checkpoint.of("t", cascade), List.of(), BACKEND))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("roi_heads.box_head.0.fc1.weight")
        .hasMessageContaining("not supported");
    List<CheckpointTensor> agnostic = new ArrayList<>();
    for (CheckpointTensor tensor : tiny.tensors()) {
      agnostic.add(
          tensor.name().equals("roi_heads.box_predictor.bbox_pred.bias")
              ? CheckpointTensor.ofFloats(tensor.name(), new float[4], 4)
              : tensor);
    }
    assertThatThrownBy(
            () -> DetectorConversion.convert(Checkpoint.of("t", agnostic), List.of(), BACKEND))
        .hasMessageContaining("class-agnostic");
    assertThatThrownBy(() -> DetectorConversion.convert(tiny, List.of("one"), BACKEND))
        .hasMessageContaining("knows 3 classes, 1 names are given");
    Checkpoint cut = only(tiny, name -> !name.contains("fpn_output3"));
    assertThatThrownBy(() -> DetectorConversion.convert(cut, List.of(), BACKEND))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("layer_blocks.1");
  }

  @Test
  void torchvisionInEitherSpelling() throws CheckpointException {
    Checkpoint current = TinyDetector.resNeXt(1);
    for (Checkpoint each : List.of(current, current.renamed(TinyDetector::published))) {
      assertThat(DetectorConversion.isDetector(each)).isTrue();
      Map<String, Object> section =
          DetectorConversion.convert(each, List.of("x", "y", "z"), BACKEND).section();
      assertThat(section)
          .containsEntry("arch", "maskrcnn-resnext1-1-1-1-bottleneck-fpn")
          .containsEntry("convention", "torchvision")
          .containsEntry("epsilon", 1e-5);
    }
    assertThat(DetectorConversion.isDetector(only(current, n -> n.startsWith("rpn")))).isFalse();
  }

  @Test
  void cocosClasses() {
    assertThat(CocoClasses.ids()).hasSize(80).startsWith(1, 2).endsWith(89, 90);
    assertThat(CocoClasses.name(1)).isEqualTo("person");
    assertThat(CocoClasses.name(12)).isEqualTo("unused");
    assertThat(CocoClasses.name(44)).isEqualTo("bottle");
    assertThat(CocoClasses.name(67)).isEqualTo("dining table");
    assertThat(CocoClasses.name(90)).isEqualTo("toothbrush");
  }

  private static DetectorDescription parse(Map<String, Object> section) throws CheckpointException {
    return DetectorDescription.parse("t", section);
  }

  /** The names of torchvision to those of detectron2, the background to the end. */
  private static Checkpoint detectron2(Checkpoint torchvision) throws CheckpointException {
    List<CheckpointTensor> tensors = new ArrayList<>();
    for (CheckpointTensor tensor : torchvision.tensors()) {
      String name =
          tensor
              .name()
              .replaceAll("body\\.(conv1|bn1)", "bottom_up.stem.$1")
              .replace("body.layer4", "bottom_up.res5")
              .replace("body.layer3", "bottom_up.res4")
              .replace("body.layer2", "bottom_up.res3")
              .replace("body.layer1", "bottom_up.res2")
              .replaceAll("\\.bn([123])", ".conv$1.norm")
              .replace("downsample.0", "shortcut")
              .replace("downsample.1", "shortcut.norm");
      for (int i = 0; i < 4; i++) {
        name =
            name.replace("fpn.inner_blocks." + i + ".0", "fpn_lateral" + (i + 2))
                .replace("fpn.layer_blocks." + i + ".0", "fpn_output" + (i + 2))
                .replace(
                    "roi_heads.mask_head." + i + ".0", "roi_heads.mask_head.mask_fcn" + (i + 1));
      }
      name =
          name.replace("rpn.head.conv.0.0", "proposal_generator.rpn_head.conv")
              .replace("rpn.head.cls_logits", "proposal_generator.rpn_head.objectness_logits")
              .replace("rpn.head.bbox_pred", "proposal_generator.rpn_head.anchor_deltas")
              .replace("box_head.fc6", "box_head.fc1")
              .replace("box_head.fc7", "box_head.fc2")
              .replace("mask_predictor.conv5_mask", "mask_head.deconv")
              .replace("mask_predictor.mask_fcn_logits", "mask_head.predictor");
      float[] values = tensor.floats();
      int[] shape = tensor.shape();
      int row = values.length / shape[0];
      if (name.contains("cls_score")) {
        float[] turned = Arrays.copyOfRange(values, row, values.length + row);
        System.arraycopy(values, 0, turned, values.length - row, row);
        values = turned;
      } else if (name.contains("box_predictor.bbox_pred") || name.contains("mask_head.predictor")) {
        int dropped = shape[0] / TinyDetector.CLASSES;
        values = Arrays.copyOfRange(values, dropped * row, values.length);
        shape[0] -= dropped;
      }
      tensors.add(CheckpointTensor.ofFloats(name, values, shape));
    }
    return Checkpoint.of("t", tensors);
  }

  private static Checkpoint only(Checkpoint checkpoint, Predicate<String> names)
      throws CheckpointException {
    return Checkpoint.of(
        "t", checkpoint.tensors().stream().filter(t -> names.test(t.name())).toList());
  }

  private static Tensor image(int height, int width) {
    SplittableRandom random = new SplittableRandom(9);
    Tensor image = Tensor.zeros(height, width, 3);
    for (int i = 0; i < image.data().length; i++) {
      image.data()[i] = random.nextInt(256) / 255f;
    }
    return image;
  }
}
