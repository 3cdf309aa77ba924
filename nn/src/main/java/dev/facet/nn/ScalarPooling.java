package dev.facet.nn;

import java.util.Arrays;

/** Pooling windows, all channels of a pixel side by side. */
final class ScalarPooling {
  private ScalarPooling() {}

  static Tensor max(
      Tensor x,
      int kernel,
      int stride,
      int padding,
      boolean ceil,
      Parallel parallel,
      TensorPool pool) {
    if (kernel < 1 || stride < 1 || padding < 0 || 2 * padding > kernel) {
      throw new IllegalArgumentException(
          "max pooling with kernel " + kernel + ", stride " + stride + ", padding " + padding);
    }
    if (x.height() + 2 * padding < kernel || x.width() + 2 * padding < kernel) {
      throw new IllegalArgumentException("max pooling window larger than padded input " + x);
    }
    int height = outputs(x.height(), kernel, stride, padding, ceil);
    int width = outputs(x.width(), kernel, stride, padding, ceil);
    Tensor y = pool.take(height, width, x.channels());
    parallel.forEach(
        height,
        oy -> {
          int top = oy * stride - padding;
          float[] acc = new float[x.channels()];
          float[] pixel = new float[x.channels()];
          for (int ox = 0; ox < width; ox++) {
            int left = ox * stride - padding;
            Arrays.fill(acc, Float.NEGATIVE_INFINITY);
            for (int iy = Math.max(top, 0); iy < Math.min(top + kernel, x.height()); iy++) {
              for (int ix = Math.max(left, 0); ix < Math.min(left + kernel, x.width()); ix++) {
                load(x, iy, ix, pixel);
                larger(acc, pixel);
              }
            }
            System.arraycopy(acc, 0, y.data(), (oy * width + ox) * acc.length, acc.length);
          }
        });
    return y;
  }

  static Tensor adaptiveAverage(Tensor x, int height, int width, Parallel parallel) {
    if (height < 1 || width < 1 || x.height() < 1 || x.width() < 1) {
      throw new IllegalArgumentException(
          "adaptive average pooling of " + x + " to " + height + " x " + width);
    }
    Tensor y = Tensor.zeros(height, width, x.channels());
    parallel.forEach(
        height,
        oy -> {
          int top = first(oy, x.height(), height);
          int bottom = last(oy, x.height(), height);
          float[] acc = new float[x.channels()];
          float[] pixel = new float[x.channels()];
          for (int ox = 0; ox < width; ox++) {
            int left = first(ox, x.width(), width);
            int right = last(ox, x.width(), width);
            Arrays.fill(acc, 0f);
            for (int iy = top; iy < bottom; iy++) {
              for (int ix = left; ix < right; ix++) {
                load(x, iy, ix, pixel);
                add(acc, pixel);
              }
            }
            float count = (bottom - top) * (right - left);
            int to = (oy * width + ox) * acc.length;
            for (int c = 0; c < acc.length; c++) {
              y.data()[to + c] = acc[c] / count;
            }
          }
        });
    return y;
  }

  /**
   * Windows along a side; with {@code ceil} also one that is cut off, if it does not start beyond
   * the input.
   */
  private static int outputs(int in, int kernel, int stride, int padding, boolean ceil) {
    int span = in + 2 * padding - kernel;
    int n = (ceil ? Math.ceilDiv(span, stride) : span / stride) + 1;
    return ceil && (n - 1) * stride >= in + padding ? n - 1 : n;
  }

  private static int first(int o, int in, int out) {
    return (int) ((long) o * in / out);
  }

  private static int last(int o, int in, int out) {
    return (int) Math.ceilDiv((o + 1L) * in, (long) out);
  }

  private static void load(Tensor x, int iy, int ix, float[] pixel) {
    System.arraycopy(x.data(), (iy * x.width() + ix) * pixel.length, pixel, 0, pixel.length);
  }

  /** The larger of both as Math.max has it: NaN wins, +0 is larger than -0. */
  private static void larger(float[] acc, float[] pixel) {
    for (int c = 0; c < acc.length; c++) {
      acc[c] = Math.max(acc[c], pixel[c]);
    }
  }

  private static void add(float[] acc, float[] pixel) {
    for (int c = 0; c < acc.length; c++) {
      acc[c] += pixel[c];
    }
  }
}
