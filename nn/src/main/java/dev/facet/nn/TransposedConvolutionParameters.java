package dev.facet.nn;

import java.util.Objects;

/**
 * A transposed convolution ("deconvolution") as a checkpoint describes it: each input pixel adds a
 * kernel, weighted by its value, to the output from (s * y - padding, s * x - padding) on.
 *
 * <p>Arithmetic (numeric profile 1): with stride s, output row s * q + a sees, for each phase a,
 * only every s-th kernel row, and through it the input rows next to q. So the whole is an ordinary
 * convolution to s * s times the channels followed by the sub-pixel shuffle, and is defined as
 * that: {@link #toSubpixel} gives its kernel, which spans the input rows and columns that any phase
 * sees and has zeros where a phase sees less. Kernels of 5 or 4 with stride 2 become 3x3 this way
 * and run as {@link Winograd}, kernels of 2 become 1x1. Input values must be finite, since the
 * zeros take part.
 */
public final class TransposedConvolutionParameters {
  private final int inChannels;
  private final int outChannels;
  private final int stride;
  private final int padding;
  private final int outputPadding;
  private final float[] weight;
  private final float[] bias;
  private final Axis rows;
  private final Axis columns;

  private TransposedConvolutionParameters(Builder b) {
    inChannels = b.inChannels;
    outChannels = b.outChannels;
    stride = b.stride;
    padding = b.padding;
    outputPadding = b.outputPadding;
    weight = b.weight;
    bias = b.bias;
    rows = new Axis(b.kernelHeight, stride, padding, outputPadding);
    columns = new Axis(b.kernelWidth, stride, padding, outputPadding);
  }

  /**
   * Starts a description: stride 1, no padding, no bias.
   *
   * @param weight (I, O, KH, KW) row-major, as PyTorch stores it; not copied
   */
  public static Builder of(
      int inChannels, int outChannels, int kernelHeight, int kernelWidth, float[] weight) {
    return new Builder(inChannels, outChannels, kernelHeight, kernelWidth, weight);
  }

  public int inChannels() {
    return inChannels;
  }

  public int outChannels() {
    return outChannels;
  }

  public int kernelHeight() {
    return rows.kernel;
  }

  public int kernelWidth() {
    return columns.kernel;
  }

  public int stride() {
    return stride;
  }

  /** Rows and columns cut off at each side of the full result. */
  public int padding() {
    return padding;
  }

  /** Rows and columns added at the bottom and on the right. */
  public int outputPadding() {
    return outputPadding;
  }

  /** Rows of the result for an input of {@code height} rows. */
  public int outHeight(int height) {
    return rows.outputs(height);
  }

  /** Columns of the result for an input of {@code width} columns. */
  public int outWidth(int width) {
    return columns.outputs(width);
  }

  /**
   * The convolution that defines this one. Its input is x with a border of zeros: one that it
   * brings itself if {@link #paddedInside}, else {@link #top}, {@link #bottom}, {@link #left} and
   * {@link #right}. Its result, beginning at the same corner, may have up to s - 1 rows and columns
   * too many.
   */
  public ConvolutionParameters toSubpixel() {
    int kh = rows.span();
    int kw = columns.span();
    float[] w = new float[outChannels * stride * stride * inChannels * kh * kw];
    float[] b = new float[outChannels * stride * stride];
    int to = 0;
    for (int o = 0; o < outChannels; o++) {
      for (int phase = 0; phase < stride * stride; phase++) {
        b[o * stride * stride + phase] = bias[o];
        for (int i = 0; i < inChannels; i++) {
          for (int u = 0; u < kh; u++) {
            for (int v = 0; v < kw; v++) {
              int ky = rows.tap(phase / stride, u);
              int kx = columns.tap(phase % stride, v);
              boolean inside = ky >= 0 && kx >= 0;
              w[to++] =
                  inside
                      ? weight[((i * outChannels + o) * rows.kernel + ky) * columns.kernel + kx]
                      : 0f;
            }
          }
        }
      }
    }
    return ConvolutionParameters.of(b.length, inChannels, kh, kw, w)
        .bias(b)
        .padding(paddedInside() ? top() : 0)
        .subpixel(stride)
        .build();
  }

  /** True if the border of zeros is the same on all sides. */
  boolean paddedInside() {
    return top() >= 0 && top() == bottom() && top() == left() && top() == right();
  }

  /** Rows of zeros above; negative to cut off. */
  int top() {
    return rows.before();
  }

  int bottom() {
    return rows.after();
  }

  int left() {
    return columns.before();
  }

  int right() {
    return columns.after();
  }

  /**
   * The geometry along one side. Phase a of output s * q + a sees inputs q + high - t for t = 0, 1,
   * ...
   */
  private static final class Axis {
    private final int kernel;
    private final int stride;
    private final int padding;
    private final int outputPadding;

    /** Inputs that any phase sees, relative to q. */
    private final int low;

    private final int high;

    Axis(int kernel, int stride, int padding, int outputPadding) {
      this.kernel = kernel;
      this.stride = stride;
      this.padding = padding;
      this.outputPadding = outputPadding;
      int least = Integer.MAX_VALUE;
      int most = Integer.MIN_VALUE;
      for (int a = 0; a < stride; a++) {
        int taps = Math.ceilDiv(kernel - firstTap(a), stride);
        if (taps > 0) {
          least = Math.min(least, nearest(a) - (taps - 1));
          most = Math.max(most, nearest(a));
        }
      }
      low = least;
      high = most;
    }

    int outputs(int inputs) {
      return (inputs - 1) * stride - 2 * padding + kernel + outputPadding;
    }

    int span() {
      return high - low + 1;
    }

    int before() {
      return -low;
    }

    int after() {
      return high - 1 + Math.ceilDiv(kernel + outputPadding - 2 * padding, stride);
    }

    /** The kernel position through which phase a sees input q + low + u, or -1. */
    int tap(int a, int u) {
      int t = nearest(a) - low - u;
      int k = firstTap(a) + stride * t;
      return t >= 0 && k < kernel ? k : -1;
    }

    private int firstTap(int a) {
      return (a + padding) % stride;
    }

    /** The last input that phase a sees, relative to q. */
    private int nearest(int a) {
      return (a + padding) / stride;
    }
  }

  /** Builder of {@link TransposedConvolutionParameters}. */
  public static final class Builder {
    private final int inChannels;
    private final int outChannels;
    private final int kernelHeight;
    private final int kernelWidth;
    private final float[] weight;
    private float[] bias;
    private int stride = 1;
    private int padding;
    private int outputPadding;

    private Builder(
        int inChannels, int outChannels, int kernelHeight, int kernelWidth, float[] weight) {
      this.inChannels = inChannels;
      this.outChannels = outChannels;
      this.kernelHeight = kernelHeight;
      this.kernelWidth = kernelWidth;
      this.weight = Objects.requireNonNull(weight);
      this.bias = new float[Math.max(outChannels, 0)];
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

    public Builder outputPadding(int outputPadding) {
      this.outputPadding = outputPadding;
      return this;
    }

    /**
     * @throws IllegalArgumentException if sizes are not positive or do not agree
     */
    public TransposedConvolutionParameters build() {
      require(inChannels > 0 && outChannels > 0, "channel counts must be positive");
      require(kernelHeight > 0 && kernelWidth > 0, "kernel sizes must be positive");
      require(stride > 0 && padding >= 0, "stride or padding");
      require(outputPadding >= 0 && outputPadding < stride, "output padding must be below stride");
      long elements = (long) inChannels * outChannels * kernelHeight * kernelWidth;
      require(weight.length == elements, "weight has " + weight.length + " elements");
      require(bias.length == outChannels, "bias has " + bias.length + " elements");
      return new TransposedConvolutionParameters(this);
    }

    private void require(boolean condition, String what) {
      if (!condition) {
        throw new IllegalArgumentException(
            "transposed convolution "
                + inChannels
                + " x "
                + outChannels
                + " x "
                + kernelHeight
                + " x "
                + kernelWidth
                + ": "
                + what);
      }
    }
  }
}
