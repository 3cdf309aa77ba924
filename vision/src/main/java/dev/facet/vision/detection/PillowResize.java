package dev.facet.vision.detection;

import dev.facet.nn.Backend;
import dev.facet.nn.Interpolation;
import dev.facet.nn.Resize;
import dev.facet.nn.Tensor;
import dev.facet.vision.DetectionResize.Size;

/**
 * The bilinear resize of Pillow, with which detectron2 prepares images: a triangle filter that is
 * widened when the image shrinks, columns before rows, and 8-bit values after each of the two
 * passes. Pillow's weights are fixed-point numbers of 22 bits, so that a value that falls between
 * two integers may round to the other one.
 */
final class PillowResize {
  private static final float WHITE = 255;

  private PillowResize() {}

  /** An image of values k / 255 to another of such values. */
  static Tensor apply(Backend backend, Tensor image, Size to) {
    Tensor narrow = pass(backend, image, image.height(), to.width());
    return pass(backend, narrow, to.height(), to.width());
  }

  private static Tensor pass(Backend backend, Tensor image, int height, int width) {
    if (image.height() == height && image.width() == width) {
      return image;
    }
    Tensor resized =
        backend.resize(image, Resize.to(height, width, Interpolation.BILINEAR_ANTIALIAS));
    Tensor rounded = Tensor.zeros(height, width, image.channels());
    for (int i = 0; i < rounded.data().length; i++) {
      rounded.data()[i] = (float) Math.floor(resized.data()[i] * WHITE + 0.5f) / WHITE;
    }
    return rounded;
  }
}
