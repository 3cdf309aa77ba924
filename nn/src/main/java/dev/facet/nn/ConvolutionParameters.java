package dev.facet.nn;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A two-dimensional convolution as a checkpoint describes it, before a backend packs it for its kernels.
 *
 * <p>Arithmetic (numeric profile 1): output (oy, ox, o) starts at the bias and runs one chain {@code acc = fma(x, w,
 * acc)} over ky, kx, i ascending, where x comes from the input padded with +0. Kernels for which {@link #winograd()}
 * holds are computed as {@link Winograd} defines instead. Which algorithm runs follows from these parameters alone, never
 * from the machine.
 */
public final class ConvolutionParameters {
  /** Winograd pays off, and is used, from this many input and output channels on. */
  private static final int WINOGRAD_CHANNELS = 16;

  private final int outChannels;
  private final int groupChannels;
  private final int kernelHeight;
  private final int kernelWidth;
  private final int stride;
  private final int padding;
  private final int dilation;
  private final int groups;
  private final int taps;
  private final int subpixel;

  /** Null where only the shape is known. */
  private final float @Nullable [] weight;

  private final float[] bias;

  /** Row of {@link #weight} for each stored channel: with a sub-pixel factor, stored order is (a, b, c). */
  private final int[] rows;

  private ConvolutionParameters(Builder b, float @Nullable [] weight) {
    outChannels = b.outChannels;
    groupChannels = b.groupChannels;
    kernelHeight = b.kernelHeight;
    kernelWidth = b.kernelWidth;
    stride = b.stride;
    padding = b.padding;
    dilation = b.dilation;
    groups = b.groups;
    taps = b.taps;
    subpixel = b.subpixel;
    this.weight = weight;
    bias = b.bias;
    rows = new int[outChannels];
    int r2 = subpixel * subpixel;
    int c = outChannels / r2;
    for (int stored = 0; stored < outChannels; stored++) {
      rows[stored] = (stored % c) * r2 + stored / c;
    }
  }

  /** The same without weights: what a backend keeps that has packed them. */
  public ConvolutionParameters withoutWeights() {
    return new ConvolutionParameters(
        new Builder(outChannels, groupChannels, kernelHeight, kernelWidth, new float[0])
            .bias(bias)
            .stride(stride)
            .padding(padding)
            .dilation(dilation)
            .groups(groups)
            .taps(taps)
            .subpixel(subpixel),
        null);
  }

  /**
   * Starts a description: stride 1, no padding, no bias, one group.
   *
   * @param weight (O, I / groups, KH, KW) row-major, as PyTorch stores it; not copied
   */
  public static Builder of(
      int outChannels, int groupChannels, int kernelHeight, int kernelWidth, float[] weight) {
    return new Builder(outChannels, groupChannels, kernelHeight, kernelWidth, weight);
  }

  /** Channels of the result, after the sub-pixel shuffle if there is one. */
  public int outChannels() {
    return outChannels / (subpixel * subpixel);
  }

  /** Output channels of the convolution itself: r * r times {@link #outChannels()} with sub-pixel factor r. */
  public int kernelChannels() {
    return outChannels;
  }

  /** Channels of the input. */
  public int inChannels() {
    return groupChannels * groups;
  }

  /** Input channels that one output sees. */
  public int groupChannels() {
    return groupChannels;
  }

  public int kernelHeight() {
    return kernelHeight;
  }

  public int kernelWidth() {
    return kernelWidth;
  }

  public int stride() {
    return stride;
  }

  public int padding() {
    return padding;
  }

  public int dilation() {
    return dilation;
  }

  public int groups() {
    return groups;
  }

  /** Kernel positions that take part: the first ones in raster order. Fewer than all in a masked convolution. */
  public int taps() {
    return taps;
  }

  /** r of the sub-pixel convolution (Shi 2016): outputs are shuffled to (r * H, r * W, C / r^2). 1 for none. */
  public int subpixel() {
    return subpixel;
  }

  /** Rows of the convolution's grid, before the sub-pixel shuffle, for an input of {@code height} rows. */
  public int gridHeight(int height) {
    return (height + 2 * padding - dilation * (kernelHeight - 1) - 1) / stride + 1;
  }

  /** Columns of the convolution's grid, before the sub-pixel shuffle. */
  public int gridWidth(int width) {
    return (width + 2 * padding - dilation * (kernelWidth - 1) - 1) / stride + 1;
  }

  /** True where {@link Winograd} is the definition: 3x3, stride 1, padding 1, dense, at least 16 channels both ways. */
  public boolean winograd() {
    return kernelHeight == 3
        && kernelWidth == 3
        && stride == 1
        && padding == 1
        && dilation == 1
        && groups == 1
        && taps == 9
        && groupChannels >= WINOGRAD_CHANNELS
        && outChannels >= WINOGRAD_CHANNELS;
  }

  /** Weight of stored output channel {@code out} for kernel tap (ky, kx) and the group's input channel {@code in}. */
  public float weight(int out, int in, int ky, int kx) {
    return known()[((rows[out] * groupChannels + in) * kernelHeight + ky) * kernelWidth + kx];
  }

  /**
   * All weights of one input channel, widened to double.
   *
   * @param to receives them by tap, in raster order, and stored output channel
   */
  void weights(int in, double[][] to) {
    float[] from = known();
    int kernel = kernelHeight * kernelWidth;
    for (int o = 0; o < outChannels; o++) {
      int at = (rows[o] * groupChannels + in) * kernel;
      for (int tap = 0; tap < kernel; tap++) {
        to[tap][o] = from[at + tap];
      }
    }
  }

  private float[] known() {
    return Objects.requireNonNull(weight, "no weights any more");
  }

  /**
   * Bias of stored output channel {@code out}. Stored order is the checkpoint's, but (a, b, c) instead of (c, a, b)
   * under a sub-pixel factor, so that each output pixel's channels are contiguous.
   */
  public float bias(int out) {
    return bias[rows[out]];
  }

  /** All of {@link #bias(int)}. */
  public float[] biases() {
    float[] biases = new float[outChannels];
    for (int o = 0; o < outChannels; o++) {
      biases[o] = bias(o);
    }
    return biases;
  }

  /** Multiply-adds for an input of this size; for choosing how to split work and for reports. */
  public long macs(int height, int width) {
    return (long) gridHeight(height) * gridWidth(width) * outChannels * groupChannels * taps;
  }

  /**
   * Checks an input's shape.
   *
   * @throws IllegalArgumentException if the channel count is wrong or the kernel does not fit
   */
  public void checkInput(Tensor x) {
    if (x.channels() != inChannels()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "convolution of %d channels applied to %s", inChannels(), x));
    }
    if (x.height() + 2 * padding < dilation * (kernelHeight - 1) + 1
        || x.width() + 2 * padding < dilation * (kernelWidth - 1) + 1) {
      throw new IllegalArgumentException("kernel larger than padded input " + x);
    }
  }

  /** Builder of {@link ConvolutionParameters}. */
  public static final class Builder {
    private final int outChannels;
    private final int groupChannels;
    private final int kernelHeight;
    private final int kernelWidth;
    private final float[] weight;
    private float[] bias;
    private int stride = 1;
    private int padding;
    private int dilation = 1;
    private int groups = 1;
    private int taps;
    private int subpixel = 1;

    private Builder(
        int outChannels, int groupChannels, int kernelHeight, int kernelWidth, float[] weight) {
      this.outChannels = outChannels;
      this.groupChannels = groupChannels;
      this.kernelHeight = kernelHeight;
      this.kernelWidth = kernelWidth;
      this.weight = Objects.requireNonNull(weight);
      this.bias = new float[outChannels];
      this.taps = kernelHeight * kernelWidth;
    }

    /** Bias (O); zero if never called. */
    public Builder bias(float[] bias) {
      this.bias = bias;
      return this;
    }

    public Builder stride(int stride) {
      this.stride = stride;
      return this;
    }

    public Builder padding(int padding) {
      this.padding = padding;
      return this;
    }

    public Builder dilation(int dilation) {
      this.dilation = dilation;
      return this;
    }

    public Builder groups(int groups) {
      this.groups = groups;
      return this;
    }

    /** Masks all but the first {@code taps} kernel positions in raster order (mask A of 5x5: 12, mask B: 13). */
    public Builder taps(int taps) {
      this.taps = taps;
      return this;
    }

    /** Shuffles the result to (r * H, r * W, O / r^2). */
    public Builder subpixel(int r) {
      this.subpixel = r;
      return this;
    }

    /**
     * @throws IllegalArgumentException if sizes are not positive or do not agree
     */
    public ConvolutionParameters build() {
      require(outChannels > 0 && groupChannels > 0, "channel counts must be positive");
      require(kernelHeight > 0 && kernelWidth > 0, "kernel sizes must be positive");
      require(stride > 0 && dilation > 0 && padding >= 0, "stride, dilation or padding");
      require(groups > 0 && outChannels % groups == 0, "groups must divide the output channels");
      require(taps > 0 && taps <= kernelHeight * kernelWidth, "taps");
      require(
          subpixel > 0
              && outChannels % (subpixel * subpixel) == 0
              && (subpixel == 1 || groups == 1),
          "sub-pixel factor must divide the output channels");
      long elements = (long) outChannels * groupChannels * kernelHeight * kernelWidth;
      require(
          weight.length == elements, "weight has " + weight.length + " elements, not " + elements);
      require(bias.length == outChannels, "bias has " + bias.length + " elements");
      return new ConvolutionParameters(this, weight);
    }

    private void require(boolean condition, String what) {
      if (!condition) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "convolution %d x %d x %d x %d: %s",
                outChannels,
                groupChannels,
                kernelHeight,
                kernelWidth,
                what));
      }
    }
  }
}
