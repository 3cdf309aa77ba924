package dev.facet.cli;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelPack;
import dev.facet.codec.stream.PictureSize;
import dev.facet.nn.Backend;
import dev.facet.nn.layers.Weights;
import dev.facet.vision.detection.DetectorDescription;
import dev.facet.vision.detection.PyramidExtractor;
import dev.facet.vision.image.Picture;
import java.io.IOException;
import java.nio.file.Path;

/** The camera's side of a pack's detector: pictures to pyramids. */
final class Camera {
  private final PyramidExtractor extractor;

  Camera(ModelPack pack, Backend backend) throws IOException {
    extractor = describe(pack).extractor(new Weights(backend, pack.detectorWeights()));
  }

  static DetectorDescription describe(ModelPack pack) throws IOException {
    return DetectorDescription.parse(pack.path().toString(), pack.description().detector());
  }

  /** The picture that a stream of codec {@code image} decodes to. */
  static Picture decoded(FeaturePyramid pyramid) {
    return Picture.of(pyramid.level(0));
  }

  /** Levels p2..p5, and the size of the picture. */
  FeaturePyramid pyramid(Path file, Picture picture) throws Failures.Failure {
    try {
      return FeaturePyramid.of(extractor.apply(picture.tensor()))
          .withPicture(new PictureSize(picture.height(), picture.width()));
    } catch (IllegalArgumentException e) {
      throw new Failures.Failure(file, e);
    }
  }
}
