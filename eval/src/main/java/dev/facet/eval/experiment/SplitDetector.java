package dev.facet.eval.experiment;

import dev.facet.codec.ModelCodec;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelPack;
import dev.facet.codec.stream.PictureSize;
import dev.facet.nn.Backend;
import dev.facet.nn.layers.Weights;
import dev.facet.vision.detection.DetectionHead;
import dev.facet.vision.detection.Detections;
import dev.facet.vision.detection.DetectorDescription;
import dev.facet.vision.detection.ImageGeometry;
import dev.facet.vision.detection.PyramidExtractor;
import dev.facet.vision.image.Picture;
import java.io.IOException;
import java.util.List;

/** A pack's detector, cut at the pyramid, and the codec that works there. Thread-safe. */
public final class SplitDetector implements AutoCloseable {
  private final DetectorDescription description;
  private final PyramidExtractor extractor;
  private final ModelCodec codec;
  private final DetectionHead head;

  /**
   * Opens the three parts.
   *
   * @param backend stays open when this is closed
   * @throws IOException if the pack lacks one of them, or its files are damaged
   */
  public SplitDetector(ModelPack pack, Backend backend) throws IOException {
    description = DetectorDescription.parse(pack.path().toString(), pack.description().detector());
    Weights weights = new Weights(backend, pack.detectorWeights());
    extractor = description.extractor(weights);
    head = description.head(weights);
    codec = FeatureCodecs.open(pack, backend);
  }

  /** Names of the classes; label 1 is the first. */
  public List<String> classes() {
    return description.classes();
  }

  /** The codec, closed with this. */
  public ModelCodec codec() {
    return codec;
  }

  /**
   * The camera's part: levels p2..p5, and the size of the picture.
   *
   * @throws IllegalArgumentException if the picture is too thin for the pack's resize rule
   */
  public FeaturePyramid features(Picture picture) {
    return FeaturePyramid.of(extractor.apply(picture.tensor()))
        .withPicture(new PictureSize(picture.height(), picture.width()));
  }

  /**
   * The server's part.
   *
   * @param pyramid of {@link #features}, or decoded
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

  @Override
  public void close() {
    codec.close();
  }
}
