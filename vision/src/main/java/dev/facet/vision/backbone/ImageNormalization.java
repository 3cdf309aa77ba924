package dev.facet.vision.backbone;

import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;

/**
 * Brings an image to the range that a network was trained on: (value - mean) / deviation for each
 * channel, as {@code fma(value, 1 / deviation, -mean / deviation)}.
 *
 * @param mean mean of each channel, values in 0..1
 * @param deviation standard deviation of each channel
 * @param bgr whether the network takes blue first; mean and deviation are then in that order
 */
public record ImageNormalization(float[] mean, float[] deviation, boolean bgr) {
  /** The statistics of ImageNet in RGB, which all models of torchvision expect. */
  public static final ImageNormalization IMAGENET =
      new ImageNormalization(
          new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});

  /** For a network that takes red first. */
  public ImageNormalization(float[] mean, float[] deviation) {
    this(mean, deviation, false);
  }

  /**
   * @throws IllegalArgumentException if lengths differ or a deviation is not positive
   */
  public ImageNormalization {
    if (mean.length != deviation.length) {
      throw new IllegalArgumentException(
          mean.length + " means and " + deviation.length + " deviations");
    }
    for (float d : deviation) {
      if (!(d > 0)) {
        throw new IllegalArgumentException("standard deviation " + d);
      }
    }
  }

  /**
   * Normalises an image.
   *
   * @param image (H, W, C), RGB in 0..1
   * @return (H, W, C), in the network's order of channels
   * @throws IllegalArgumentException if the image has another number of channels
   */
  public Tensor apply(Backend backend, Tensor image) {
    float[] scale = new float[mean.length];
    float[] shift = new float[mean.length];
    for (int c = 0; c < scale.length; c++) {
      scale[c] = (float) (1.0 / deviation[c]);
      shift[c] = (float) (-(double) mean[c] / deviation[c]);
    }
    return backend.affineChannels(bgr ? reversed(image) : image, scale, shift);
  }

  private static Tensor reversed(Tensor image) {
    int channels = image.channels();
    Tensor turned = Tensor.zeros(image.height(), image.width(), channels);
    for (int i = 0; i < turned.data().length; i++) {
      turned.data()[i] = image.data()[i - i % channels + channels - 1 - i % channels];
    }
    return turned;
  }
}
