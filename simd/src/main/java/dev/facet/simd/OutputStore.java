package dev.facet.simd;

import dev.facet.nn.Activation;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.TensorPool;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Applies the epilogue to finished sums and stores them, with the sub-pixel shuffle: stored channel order is (a, b, c), so
 * that each output pixel's channels are contiguous.
 */
final class OutputStore {
  private final int subpixel;
  private final int channels;
  private final int kernelChannels;
  private final float @Nullable [] bias;
  private final float @Nullable [] before;
  private final Activation activation;
  private final float @Nullable [] after;
  private final Tensor output;

  /**
   * A store to a new tensor.
   *
   * @param bias added to each sum first, by kernel channel; null if the sums already hold it
   */
  OutputStore(
      ConvolutionParameters p,
      int gridHeight,
      int gridWidth,
      Epilogue epilogue,
      float @Nullable [] bias,
      TensorPool pool) {
    this.bias = bias;
    subpixel = p.subpixel();
    channels = p.outChannels();
    kernelChannels = p.kernelChannels();
    output = pool.take(gridHeight * subpixel, gridWidth * subpixel, channels);
    before = data(epilogue.before());
    activation = epilogue.activation();
    after = data(epilogue.after());
  }

  private float @Nullable [] data(@Nullable Tensor residual) {
    if (residual == null) {
      return null;
    }
    if (!residual.sameShape(output)) {
      throw new IllegalArgumentException("residual " + residual + " for output " + output);
    }
    return residual.data();
  }

  Tensor output() {
    return output;
  }

  /**
   * Stores kernel channels {@code first .. first + count - 1} of grid position (gy, gx).
   *
   * @param from the sums, from fromAt on
   */
  void store(int gy, int gx, int first, int count, float[] from, int fromAt) {
    int end = Math.min(first + count, kernelChannels);
    for (int o = first; o < end; ) {
      int n = Math.min(channels - o % channels, end - o); // side by side in the output
      storeRun(from, fromAt + o - first, o, index(gy, gx, o), n);
      o += n;
    }
  }

  /** Where kernel channel o of grid position (gy, gx) goes. */
  private int index(int gy, int gx, int o) {
    if (subpixel == 1) {
      return (gy * output.width() + gx) * channels + o;
    }
    int phase = o / channels;
    int y = gy * subpixel + phase / subpixel;
    int x = gx * subpixel + phase % subpixel;
    return (y * output.width() + x) * channels + o % channels;
  }

  private void storeRun(float[] from, int fromAt, int o, int to, int n) {
    int i = 0;
    for (; i <= n - Simd.LANES; i += Simd.LANES) {
      FloatVector v = FloatVector.fromArray(Simd.F, from, fromAt + i);
      if (bias != null) {
        v = v.add(FloatVector.fromArray(Simd.F, bias, o + i));
      }
      if (before != null) {
        v = v.add(FloatVector.fromArray(Simd.F, before, to + i));
      }
      v = Simd.activate(v, activation);
      if (after != null) {
        v = v.add(FloatVector.fromArray(Simd.F, after, to + i));
      }
      v.intoArray(output.data(), to + i);
    }
    for (; i < n; i++) {
      float v = from[fromAt + i];
      if (bias != null) {
        v += bias[o + i];
      }
      if (before != null) {
        v += before[to + i];
      }
      v = activation.apply(v);
      if (after != null) {
        v += after[to + i];
      }
      output.data()[to + i] = v;
    }
  }
}
