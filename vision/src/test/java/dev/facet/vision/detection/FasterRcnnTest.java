package dev.facet.vision.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Weights;
import dev.facet.testing.TinyDetector;
import dev.facet.vision.DetectionResize;
import dev.facet.vision.backbone.ImageNormalization;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Whole detectors with few channels: spellings, backends, borders and errors. */
class FasterRcnnTest {
  private static final Backend BACKEND = Backends.open();
  private static final Backend SCALAR = new ScalarBackend(1);
  private static final long SEED = Long.getLong("facet.test.seed", 1);

  @AfterAll
  static void close() {
    BACKEND.close();
    SCALAR.close();
  }

  @Test
  void bothSpellingsOfTheKeysGiveTheSameBits() throws CheckpointException {
    Checkpoint current = TinyDetector.resNet10(SEED);
    Checkpoint published = current.renamed(TinyDetector::published);
    assertThat(published.names())
        .contains(
            "backbone.fpn.inner_blocks.3.weight",
            "rpn.head.conv.bias",
            "roi_heads.mask_head.mask_fcn4.weight");
    Detections found = read(BACKEND, current, 0.1f).apply(image(70, 90));
    assertThat(found.count()).isPositive();
    assertSame(read(BACKEND, published, 0.1f).apply(image(70, 90)), found);
  }

  @Test
  void allBackendsFindTheSame() throws CheckpointException {
    for (Checkpoint checkpoint : List.of(TinyDetector.resNet10(SEED), TinyDetector.resNeXt(SEED))) {
      Tensor image = image(61, 40);
      FasterRcnn simd = read(BACKEND, checkpoint, 0.1f);
      FasterRcnn scalar = read(SCALAR, checkpoint, 0.1f);
      List<Tensor> levels = simd.extractor().apply(image);
      List<Tensor> scalarLevels = scalar.extractor().apply(image);
      for (int i = 0; i < levels.size(); i++) {
        assertThat(levels.get(i).sameBits(scalarLevels.get(i))).isTrue();
      }
      assertSame(simd.apply(image), scalar.apply(image));
    }
  }

  @Test
  void eachSideReadsItsOwnPartOfTheCheckpoint() throws CheckpointException {
    Checkpoint whole = TinyDetector.resNet10(SEED);
    Tensor image = image(64, 64);
    Detections expected = read(BACKEND, whole, 0.1f).apply(image);
    PyramidExtractor camera =
        new PyramidExtractor(new Weights(BACKEND, only(whole, "backbone.")), config(0.1f));
    DetectionHead server = new DetectionHead(new Weights(BACKEND, only(whole, "r")), config(0.1f));
    assertThat(server.hasMasks()).isTrue();
    assertThat(server.classes()).isEqualTo(TinyDetector.CLASSES);
    assertSame(server.apply(camera.apply(image), camera.geometry(image)), expected);
  }

  @Test
  void boxesLieInTheImageAndMasksInTheirBoxes() throws CheckpointException {
    Tensor image = image(50, 101);
    Detections found = read(BACKEND, TinyDetector.resNet10(SEED), 0.05f).apply(image);
    assertThat(found.count()).isBetween(1, 20);
    assertThat(found.masks()).hasSize(found.count());
    for (int i = 0; i < found.count(); i++) {
      assertThat(found.labels()[i]).isBetween(1, TinyDetector.CLASSES - 1);
      assertThat(found.boxes()[4 * i]).isBetween(0f, 101f);
      assertThat(found.boxes()[4 * i + 2]).isBetween(found.boxes()[4 * i], 101.001f);
      assertThat(found.boxes()[4 * i + 3]).isBetween(found.boxes()[4 * i + 1], 50.001f);
      assertThat(found.masks().get(i).height()).isEqualTo(28);
      if (i > 0) {
        assertThat(found.scores()[i]).isLessThanOrEqualTo(found.scores()[i - 1]);
      }
    }
  }

  @Test
  void nothingFoundIsNoError() throws CheckpointException {
    Detections found = read(BACKEND, TinyDetector.resNet10(SEED), 1f).apply(image(40, 40));
    assertThat(found.count()).isZero();
    assertThat(found.masks()).isEmpty();
  }

  @Test
  void aDetectorWithoutMaskHeadGivesNoMasks() throws CheckpointException {
    Checkpoint whole = TinyDetector.resNet10(SEED);
    Checkpoint boxes =
        Checkpoint.of(
            "boxes", whole.tensors().stream().filter(t -> !t.name().contains("mask")).toList());
    Detections found = read(BACKEND, boxes, 0.1f).apply(image(70, 90));
    assertThat(found.masks()).isEmpty();
    Detections withMasks = read(BACKEND, whole, 0.1f).apply(image(70, 90));
    assertThat(found.boxes()).isEqualTo(withMasks.boxes());
  }

  @Test
  void levelsOfAnotherImageAreRefused() throws CheckpointException {
    FasterRcnn network = read(BACKEND, TinyDetector.resNet10(SEED), 0.1f);
    List<Tensor> levels = network.extractor().apply(image(64, 64));
    ImageGeometry other = network.extractor().geometry(image(64, 128));
    assertThatThrownBy(() -> network.head().apply(levels, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("level 0 is Tensor(16, 16, 16)");
    ImageGeometry same = network.extractor().geometry(image(64, 64));
    assertThatThrownBy(() -> network.head().apply(levels.subList(0, 3), same))
        .hasMessageContaining("4 levels, but anchors for 5");
    assertThatThrownBy(() -> network.head().apply(List.of(), same)).hasMessage("no levels");
  }

  @Test
  void partsThatDoNotFitAreNamed() throws CheckpointException {
    Checkpoint whole = TinyDetector.resNet10(SEED);
    Checkpoint noDownsample = without(whole, "layer3.0.downsample");
    assertThatThrownBy(() -> read(BACKEND, noDownsample, 0.1f))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("layer3.0: changes its size, but has no downsample");
    assertThatThrownBy(() -> read(BACKEND, without(whole, "layer4"), 0.1f))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("backbone.body.layer4.0.conv1.weight");
    assertThatThrownBy(() -> read(BACKEND, without(whole, "inner_blocks.3"), 0.1f))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            "body gives maps of [8, 16, 32, 64] channels, but fpn takes [8, 16, 32]");
    DetectorConfig oneAnchor =
        new DetectorConfig(
            new DetectionResize(64, 128),
            ImageNormalization.IMAGENET,
            1e-5,
            new AnchorGenerator(List.of(new float[] {32}), new float[] {1}),
            config(0).proposals(),
            config(0).detections());
    assertThatThrownBy(() -> FasterRcnn.read(new Weights(BACKEND, whole), oneAnchor))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("head has 3 anchors at each place, the configuration 1 on level 0");
  }

  private static FasterRcnn read(Backend backend, Checkpoint checkpoint, float score)
      throws CheckpointException {
    return FasterRcnn.read(new Weights(backend, checkpoint), config(score));
  }

  private static DetectorConfig config(float score) {
    return new DetectorConfig(
        new DetectionResize(64, 128),
        ImageNormalization.IMAGENET,
        1e-5,
        AnchorGenerator.PYRAMID,
        new DetectorConfig.ProposalRules(50, 30, 0.7),
        new DetectorConfig.DetectionRules(score, 0.5, 20));
  }

  private static Checkpoint only(Checkpoint whole, String prefix) throws CheckpointException {
    return Checkpoint.of(
        prefix, whole.tensors().stream().filter(t -> t.name().startsWith(prefix)).toList());
  }

  private static Checkpoint without(Checkpoint whole, String part) throws CheckpointException {
    return Checkpoint.of(
        "part", whole.tensors().stream().filter(t -> !t.name().contains(part)).toList());
  }

  private static Tensor image(int height, int width) {
    SplittableRandom random = new SplittableRandom(SEED);
    Tensor image = Tensor.zeros(height, width, 3);
    for (int i = 0; i < image.data().length; i++) {
      image.data()[i] = (float) random.nextDouble();
    }
    return image;
  }

  private static void assertSame(Detections actual, Detections expected) {
    assertThat(actual.boxes()).isEqualTo(expected.boxes());
    assertThat(actual.labels()).isEqualTo(expected.labels());
    assertThat(actual.scores()).isEqualTo(expected.scores());
    assertThat(actual.masks()).hasSameSizeAs(expected.masks());
    for (int i = 0; i < actual.masks().size(); i++) {
      assertThat(actual.masks().get(i).sameBits(expected.masks().get(i))).isTrue();
    }
  }
}
