package dev.facet.eval.experiment;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelPack;
import dev.facet.codec.stream.PictureSize;
import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.layers.Weights;
import dev.facet.vision.detection.DetectionHead;
import dev.facet.vision.detection.Detections;
import dev.facet.vision.detection.DetectorDescription;
import dev.facet.vision.detection.ImageGeometry;
import dev.facet.vision.detection.PyramidExtractor;
import dev.facet.vision.image.Picture;
import java.io.IOException;
import java.util.List;

/** A pack's detector, cut at the pyramid. Thread-safe. */
public final class SplitDetector {
  private final String name;
  private final DetectorDescription description;

  /** The description as the pack has it. */
  private final String stated;

  private final Checkpoint checkpoint;
  private final PyramidExtractor extractor;
  private final DetectionHead head;

  /**
   * Opens both parts.
   *
   * @param backend stays open as long as this is used
   * @throws IOException if the pack has no detector, or its files are damaged
   */
  public SplitDetector(ModelPack pack, Backend backend) throws IOException {
    name = pack.name();
    description = DetectorDescription.parse(pack.path().toString(), pack.description().detector());
    stated = pack.description().detector().toString();
    checkpoint = pack.detectorWeights();
    Weights weights = new Weights(backend, checkpoint);
    extractor = description.extractor(weights);
    head = description.head(weights);
  }

  /** Name of the pack. */
  public String name() {
    return name;
  }

  /** Names of the classes; label 1 is the first. */
  public List<String> classes() {
    return description.classes();
  }

  /**
   * SHA-256 over the description and the weights, 64 hexadecimal digits.
   *
   * @throws IOException if a weight's file is damaged
   */
  public String digest() throws IOException {
    return CheckpointDigest.of(stated, checkpoint);
  }

  /**
   * The camera's part: levels p2..p5, and the size of the picture.
   *
   * @throws IllegalArgumentException if the picture is too thin for the pack's resize rule
   */
  public FeaturePyramid features(Picture picture) {
    return features(picture.tensor());
  }

  /**
   * The same of samples.
   *
   * @param rgb (H, W, 3), RGB from 0 to 1
   * @throws IllegalArgumentException if the picture is too thin for the pack's resize rule
   */
  public FeaturePyramid features(Tensor rgb) {
    return FeaturePyramid.of(extractor.apply(rgb))
        .withPicture(new PictureSize(rgb.height(), rgb.width()));
  }

  /** Stages before the pyramid, behind which the network can be cut as well: conv1, pool1, conv2. */
  List<String> stages() {
    return extractor.stages();
  }

  /** The feature map of such a stage. */
  Tensor until(String stage, Picture picture) {
    return extractor.until(stage, picture.tensor());
  }

  /** The pyramid that follows from the feature map of a stage. */
  FeaturePyramid after(String stage, Tensor feature, PictureSize picture) {
    return FeaturePyramid.of(extractor.after(stage, feature)).withPicture(picture);
  }

  /**
   * The server's part.
   *
   * @param pyramid of {@link #features(Picture)}, or decoded
   * @return boxes in pixels of the picture
   * @throws IllegalArgumentException if the pyramid does not say the size of its picture, or is not of such a picture
   */
  public Detections detect(FeaturePyramid pyramid) {
    PictureSize size =
        pyramid
            .picture()
            .orElseThrow(() -> new IllegalArgumentException("features without a picture's size"));
    ImageGeometry geometry =
        ImageGeometry.of(size.height(), size.width(), description.config().resize());
    return head.apply(pyramid.levels(), geometry);
  }
}
