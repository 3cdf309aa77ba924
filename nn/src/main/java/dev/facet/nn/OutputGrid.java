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

  /** Stores the kernel's channels from {@code first} on at grid position (gy, gx). */
  void store(int gy, int gx, int first, float[] values) {
    for (int i = 0; i < values.length; i++) {
      int phase = (first + i) / channels;
      int y = gy * subpixel + phase / subpixel;
      int x = gx * subpixel + phase % subpixel;
      int index = (y * output.width() + x) * channels + (first + i) % channels;
      output.data()[index] = epilogue.apply(values[i], index);
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
