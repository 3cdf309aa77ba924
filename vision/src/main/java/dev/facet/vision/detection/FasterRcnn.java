package dev.facet.vision.detection;

import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Weights;

/**
 * Faster R-CNN (Ren et al. 2015) on a feature pyramid, with torchvision's key names; Mask R-CNN (He
 * et al. 2017) if the checkpoint has a mask head. Both parts can be read and used alone: the
 * pyramid is the border between camera and server, with a codec on it. Immutable and thread-safe.
 *
 * @param extractor the camera's part: image to levels
 * @param head the server's part: levels and image sizes to detections
 */
public record FasterRcnn(PyramidExtractor extractor, DetectionHead head) {
  /**
   * Reads both parts.
   *
   * @param w the root of the checkpoint
   * @throws CheckpointException if weights are missing or do not fit together
   */
  public static FasterRcnn read(Weights w, DetectorConfig config) throws CheckpointException {
    FasterRcnn network =
        new FasterRcnn(new PyramidExtractor(w, config), new DetectionHead(w, config));
    w.require(
        network.extractor.featureChannels() == network.head.featureChannels(),
        "backbone gives levels of %d channels, but the head takes %d",
        network.extractor.featureChannels(),
        network.head.featureChannels());
    return network;
  }

  /**
   * Finds objects in an image.
   *
   * @param image RGB (H, W, 3) in 0..1
   * @return detections in pixels of the image
   */
  public Detections apply(Tensor image) {
    return head.apply(extractor.apply(image), extractor.geometry(image));
  }
}
