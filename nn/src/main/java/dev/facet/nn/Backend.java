package dev.facet.nn;

/**
 * The one list of numeric operations that the networks need. Every implementation gives the same bits for every
 * operation, on every machine and with any number of threads: {@link ScalarBackend} is the readable definition, the others are
 * compared with it bit by bit (docs/numerics.md).
 *
 * <p>Operations on weights are packed once ({@link #convolution}, {@link #gdn}) and applied often. All tensors are (H,
 * W, C). Implementations are thread-safe; arguments are never modified.
 */
public interface Backend extends AutoCloseable {
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

  /** Stops the worker threads. The backend must not be used afterwards. */
  @Override
  void close();
}
