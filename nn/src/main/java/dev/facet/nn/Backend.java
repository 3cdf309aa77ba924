package dev.facet.nn;

/**
 * The one list of numeric operations that the networks need. Every implementation gives the same bits for every
 * operation, on every machine and with any number of threads: {@link ScalarBackend} is the readable definition, the others are
 * compared with it bit by bit (docs/numerics.md).
 *
 * <p>Operations on weights are packed once ({@link #convolution}, {@link #gdn}) and applied often. All tensors are (H,
 * W, C). Implementations are thread-safe; arguments are never modified. Results are new tensors: closing those that are no longer
 * needed spares the next call their memory.
 */
public interface Backend extends AutoCloseable {
  /** The numeric profile that every backend implements (docs/numerics.md). Streams carry it. */
  int NUMERIC_PROFILE = 1;

  /** The name that {@code -Ddev.facet.backend} selects: scalar, simd, cuda. */
  String name();

  /** One line for people: what runs, how wide, on how many threads. */
  String description();

  /** Bits of one vector: 32 for scalar code. */
  int vectorBits();

  int threads();

  /** Packs a convolution's weights. */
  Convolution convolution(ConvolutionParameters parameters);

  /** Packs a GDN's parameters. */
  Gdn gdn(GdnParameters parameters);

  /** x + a * sigmoid(b), as {@code fma(a, sigmoid(b), x)}: the gate of an attention block. Shapes agree. */
  Tensor sigmoidGate(Tensor x, Tensor a, Tensor b);

  /** Each channel times its own factor: the gain of variable-rate coding. */
  Tensor scaleChannels(Tensor x, float[] factors);

  /** Channels of a followed by channels of b; heights and widths agree. */
  Tensor concat(Tensor a, Tensor b);

  /**
   * x with a border whose values mirror the inside without repeating the edge (PyTorch's reflect). A border wider than
   * the inside, which PyTorch refuses, goes on reflecting to and fro; a side of length 1 repeats its only value.
   */
  Tensor padReflect(Tensor x, int top, int bottom, int left, int right);

  /** The part of x of the given size whose upper left corner is (y, x). */
  Tensor crop(Tensor x, int top, int left, int height, int width);

  /** Every second pixel of x, starting with the first: PyTorch's max-pooling with kernel 1 and stride 2. */
  Tensor subsample(Tensor x);

  /**
   * Packs a transposed convolution's weights; {@link TransposedConvolutionParameters#toSubpixel} is
   * the definition. PyTorch's {@code conv_transpose2d}.
   */
  TransposedConvolution transposedConvolution(TransposedConvolutionParameters parameters);

  /** The activation of every element, where no operation before it can fuse it. */
  Tensor activate(Tensor x, Activation activation);

  /** The function of every element. */
  Tensor map(Tensor x, Pointwise function);

  /**
   * {@code x > 0 ? x : slope * x}: PReLU, and LeakyReLU of any slope.
   *
   * @param slopes one for each channel, or a single one
   */
  Tensor prelu(Tensor x, float[] slopes);

  /**
   * Softmax over the channels of each pixel: exp(x - largest), divided by the sum that starts at +0
   * and adds channels in ascending order. A NaN or an infinite largest value makes the pixel NaN.
   */
  Tensor softmax(Tensor x);

  /**
   * {@code fma(x, scale, shift)} with a factor and a summand for each channel: batch normalisation
   * ({@link BatchNorm#fold}), normalisation of images.
   */
  Tensor affineChannels(Tensor x, float[] scale, float[] shift);

  /**
   * x with a border of zeros; a negative side is cut off instead. PyTorch's constant padding.
   *
   * @throws IllegalArgumentException if more is cut off than there is
   */
  Tensor pad(Tensor x, int top, int bottom, int left, int right);

  /**
   * The largest value of each channel in windows of kernel x kernel pixels; NaN counts as largest,
   * +0 as larger than -0. The border of {@code padding} pixels is ignored.
   *
   * @param ceil also takes windows that reach beyond the bottom or right border of the padded
   *     input, as long as they start before its end (PyTorch's {@code ceil_mode})
   * @throws IllegalArgumentException if the padding is larger than half the kernel or the kernel
   *     does not fit
   */
  Tensor maxPool(Tensor x, int kernel, int stride, int padding, boolean ceil);

  /**
   * Means of height x width windows that cover x evenly: window i of n reaches from floor(i * side
   * / n) to ceil((i + 1) * side / n). The sum starts at +0 and adds pixels in raster order; it is
   * then divided by their number.
   */
  Tensor adaptiveAveragePool(Tensor x, int height, int width);

  /**
   * x in another size (PyTorch's {@code interpolate}). Weights are computed in double and rounded
   * once; rows are resized before columns, each value by one chain {@code acc = fma(weight, input,
   * acc)} that starts at +0 and ascends. Where the position falls on an input, that one is copied.
   */
  Tensor resize(Tensor x, Resize how);

  /**
   * Samples boxes on a feature map.
   *
   * @param x features (H, W, C)
   * @param boxes x1, y1, x2, y2 of each, in image pixels; may reach outside the image or be empty.
   *     Samples more than a pixel outside x are zero
   * @return (boxes * height, width, C): each box's bins below those of the one before
   * @throws IllegalArgumentException if a corner is not finite, or adaptive sampling of a box needs
   *     more than 2^20 samples in a bin
   */
  Tensor roiAlign(Tensor x, float[] boxes, RoiAlign how);

  /** Stops the worker threads. The backend must not be used afterwards. */
  @Override
  void close();
}
