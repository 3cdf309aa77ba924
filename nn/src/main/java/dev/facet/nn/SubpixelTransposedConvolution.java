package dev.facet.nn;

/**
 * A transposed convolution as the sub-pixel convolution that defines it, on any backend's own
 * kernels.
 */
final class SubpixelTransposedConvolution implements TransposedConvolution {
  private final TransposedConvolutionParameters p;
  private final Backend backend;
  private final Convolution convolution;

  SubpixelTransposedConvolution(TransposedConvolutionParameters parameters, Backend backend) {
    this.p = parameters;
    this.backend = backend;
    this.convolution = backend.convolution(p.toSubpixel());
  }

  @Override
  public TransposedConvolutionParameters parameters() {
    return p;
  }

  @Override
  public Tensor apply(Tensor x, Activation activation) {
    int height = p.outHeight(x.height());
    int width = p.outWidth(x.width());
    if (x.channels() != p.inChannels()
        || x.height() < 1
        || x.width() < 1
        || height < 1
        || width < 1) {
      throw new IllegalArgumentException(
          "transposed convolution of " + p.inChannels() + " channels applied to " + x);
    }
    Tensor padded = p.paddedInside() ? x : backend.pad(x, p.top(), p.bottom(), p.left(), p.right());
    Tensor y = convolution.apply(padded, Epilogue.of(activation));
    return y.height() == height && y.width() == width ? y : backend.crop(y, 0, 0, height, width);
  }
}
