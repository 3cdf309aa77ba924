package dev.facet.vision.backbone;

import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.ConvBatchNorm2d;
import dev.facet.nn.layers.Layer;
import dev.facet.nn.layers.Weights;
import org.jspecify.annotations.Nullable;

/**
 * The path around a residual block: x itself, or a 1x1 convolution where shapes change. Keys:
 * {@code downsample.0} (convolution), {@code downsample.1} (normalisation).
 */
final class Downsample {
  private final @Nullable ConvBatchNorm2d projection;

  Downsample(Weights w, int stride, double epsilon) throws CheckpointException {
    projection =
        w.has("downsample.0.weight")
            ? new ConvBatchNorm2d(w.at("downsample.0"), w.at("downsample.1"), 1, stride, 1, epsilon)
            : null;
  }

  /** Checks that the block's output can be added. */
  void requireFit(Weights w, int stride, Layer first, Layer last) throws CheckpointException {
    w.require(projection != null || stride == 1, "changes its size, but has no downsample");
    int in = projection == null ? first.inChannels() : projection.inChannels();
    int out = projection == null ? first.inChannels() : projection.outChannels();
    w.require(
        in == first.inChannels() && out == last.outChannels(),
        "maps %d to %d channels, the path around it %d to %d",
        first.inChannels(),
        last.outChannels(),
        in,
        out);
  }

  /** The projection of x; null where there is none, and x itself is to be added. */
  @Nullable Tensor apply(Tensor x) {
    return projection == null ? null : projection.apply(x);
  }
}
