package dev.facet.nn.layers;

import dev.facet.nn.Activation;
import dev.facet.nn.Convolution;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;

/**
 * A causal convolution (van den Oord et al. 2016, PixelCNN): only kernel positions before the
 * centre in raster order take part (mask A), or also the centre itself (mask B). The mask is a
 * matter of the kernel's size, so that the checkpoint's {@code mask} is not read and its masked
 * weights may hold anything finite.
 *
 * <p>Keys: {@code weight} (O, I, k, k), {@code bias} (O).
 */
public final class MaskedConv2d implements FusedLayer {
  /** Which kernel positions take part. */
  public enum Mask {
    /** Those before the centre. */
    A,
    /** Those before the centre, and the centre. */
    B
  }

  private final Convolution convolution;

  /**
   * A causal convolution.
   *
   * @param kernel odd side of the kernel, which the weights must have
   * @param padding zeros on each side: kernel / 2, or 0 for maps that already have their border
   */
  public MaskedConv2d(Weights w, Mask mask, int kernel, int padding) throws CheckpointException {
    int before = kernel * kernel / 2;
    convolution =
        w.backend()
            .convolution(
                Conv2d.parameters(w, kernel)
                    .padding(padding)
                    .taps(mask == Mask.A ? before : before + 1)
                    .build());
  }

  @Override
  public Tensor apply(Tensor x, Epilogue epilogue) {
    return convolution.apply(x, epilogue);
  }

  /**
   * The outputs at single positions of the output grid only, with the bits that {@link
   * #apply(Tensor)} gives there.
   *
   * @param x (H, W, I)
   * @param positions oy * gridWidth + ox, with gridWidth = W - kernel + 1
   * @param count how many of them to use
   * @return (1, count, O)
   * @throws IllegalArgumentException if this layer pads, or shapes or positions do not fit
   */
  public Tensor applyAt(Tensor x, int[] positions, int count) {
    return convolution.applyAt(x, positions, count, Activation.IDENTITY);
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
