package dev.facet.nn;

/** Where a convolution's results go: the epilogue, and the sub-pixel shuffle of stored order (a, b, c). */
final class OutputGrid {
  private final int subpixel;
  private final int channels;
  private final Epilogue epilogue;
  private final Tensor output;

  OutputGrid(ConvolutionParameters p, int gridHeight, int gridWidth, Epilogue epilogue) {
    this.subpixel = p.subpixel();
    this.channels = p.outChannels();
    this.epilogue = epilogue;
    this.output = Tensor.zeros(gridHeight * subpixel, gridWidth * subpixel, channels);
    if (epilogue.before() != null) {
      CpuBackend.requireSameShape("residual", output, epilogue.before());
    }
    if (epilogue.after() != null) {
      CpuBackend.requireSameShape("residual", output, epilogue.after());
    }
  }

  Tensor output() {
    return output;
  }

  /**
   * Stores the kernel's channels from {@code first} on at grid position (gy, gx).
   *
   * @param values changed on their way
   */
  void store(int gy, int gx, int first, float[] values) {
    int n;
    for (int from = 0; from < values.length; from += n) {
      int phase = (first + from) / channels;
      int channel = (first + from) % channels;
      n = Math.min(values.length - from, channels - channel);
      int y = gy * subpixel + phase / subpixel;
      int x = gx * subpixel + phase % subpixel;
      epilogue.store(values, from, n, output.data(), (y * output.width() + x) * channels + channel);
    }
  }

  /** Checks what {@link Convolution#applyAt} needs. */
  static void checkGather(ConvolutionParameters p, Tensor x) {
    p.checkInput(x);
    if (p.padding() != 0 || p.subpixel() != 1) {
      throw new IllegalArgumentException("applyAt needs an unpadded convolution without shuffle");
    }
  }
}
