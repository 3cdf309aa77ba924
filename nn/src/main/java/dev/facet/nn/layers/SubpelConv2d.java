package dev.facet.nn.layers;

import dev.facet.nn.Convolution;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;

/**
 * CompressAI's {@code subpel_conv3x3}: a 3x3 convolution to r * r * O channels and a pixel shuffle,
 * {@code out[r * y + a, r * x + b, c] = conv[y, x, c * r * r + a * r + b]} (Shi et al. 2016). (H,
 * W, I) to (r * H, r * W, O).
 *
 * <p>Keys: {@code 0.weight} (r * r * O, I, 3, 3), {@code 0.bias} (r * r * O).
 */
public final class SubpelConv2d implements FusedLayer {
  private final Convolution convolution;

  /** Doubles height and width. */
  public SubpelConv2d(Weights w) throws CheckpointException {
    this(w, 2);
  }

  /** Enlarges height and width by r. */
  public SubpelConv2d(Weights w, int r) throws CheckpointException {
    Weights conv = w.at(0);
    int channels = conv.shape("weight", 4)[0];
    conv.require(
        channels % (r * r) == 0, "weight gives %d channels, no multiple of %d", channels, r * r);
    convolution =
        w.backend().convolution(Conv2d.parameters(conv, 3).padding(1).subpixel(r).build());
  }

  @Override
  public Tensor apply(Tensor x, Epilogue epilogue) {
    return convolution.apply(x, epilogue);
  }

  @Override
  public int inChannels() {
    return convolution.parameters().inChannels();
  }

  @Override
  public int outChannels() {
    return convolution.parameters().outChannels();
  }
}
