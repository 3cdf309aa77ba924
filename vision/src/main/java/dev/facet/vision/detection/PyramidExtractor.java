package dev.facet.vision.detection;

import dev.facet.nn.Backend;
import dev.facet.nn.Interpolation;
import dev.facet.nn.Resize;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Weights;
import dev.facet.vision.Convention;
import dev.facet.vision.DetectionResize.Size;
import dev.facet.vision.backbone.PyramidBackbone;
import java.util.List;

/**
 * The camera's part of Faster R-CNN and Mask R-CNN: an image is prepared (torchvision: normalise,
 * then resize bilinearly without antialiasing; detectron2: resize as Pillow does, then normalise;
 * both pad with zeros), and the backbone makes levels p2..p5 of it. Immutable and thread-safe.
 *
 * <p>Keys: {@code backbone}.
 */
public final class PyramidExtractor {
  private final Backend backend;
  private final DetectorConfig config;
  private final PyramidBackbone backbone;

  /**
   * Reads the backbone.
   *
   * @param w the root of the checkpoint; nothing under {@code rpn} and {@code roi_heads} is needed
   * @throws CheckpointException if weights are missing or do not fit together
   */
  public PyramidExtractor(Weights w, DetectorConfig config) throws CheckpointException {
    this.backend = w.backend();
    this.config = config;
    this.backbone = new PyramidBackbone(w.at("backbone"), config.epsilon(), config.strideIn1x1());
  }

  /**
   * Computes the levels.
   *
   * @param image RGB (H, W, 3) in 0..1
   * @return p2..p5 of the padded image: (H / 4, W / 4, F) of its sides, then half of each
   */
  public List<Tensor> apply(Tensor image) {
    return backbone.apply(prepare(image));
  }

  /** Stages before the pyramid branches, behind which the network can be cut as well: conv1, pool1, conv2. */
  public List<String> stages() {
    return backbone.trunk().names();
  }

  /**
   * The feature map of such a stage.
   *
   * @param image RGB (H, W, 3) in 0..1
   * @throws IllegalArgumentException if there is no such stage
   */
  public Tensor until(String stage, Tensor image) {
    return backbone.trunk().until(stage, prepare(image));
  }

  /**
   * Computes the levels from the feature map of a stage on.
   *
   * @return p2..p5
   * @throws IllegalArgumentException if there is no such stage
   */
  public List<Tensor> after(String stage, Tensor feature) {
    return backbone.afterTrunk(backbone.trunk().after(stage, feature));
  }

  /** The sizes that the head must know beside the levels. */
  public ImageGeometry geometry(Tensor image) {
    return ImageGeometry.of(image.height(), image.width(), config.resize());
  }

  /** F, the channels of every level. */
  public int featureChannels() {
    return backbone.outChannels();
  }

  /** What the backbone sees: (H, W, 3) of the padded size. */
  Tensor prepare(Tensor image) {
    ImageGeometry geometry = geometry(image);
    Size to = geometry.resized();
    Tensor resized =
        config.convention() == Convention.DETECTRON2
            ? config.normalization().apply(backend, PillowResize.apply(backend, image, to))
            : backend.resize(
                config.normalization().apply(backend, image),
                Resize.to(to.height(), to.width(), Interpolation.BILINEAR));
    int bottom = geometry.padded().height() - to.height();
    int right = geometry.padded().width() - to.width();
    return backend.pad(resized, 0, bottom, 0, right);
  }
}
