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

  /** Whether grid positions side by side, or in rows one after the other, are outputs side by side. */
  boolean contiguous() {
    return subpixel == 1;
  }

  /**
   * Stores kernel channels {@code first .. first + count - 1} of some grid positions in a row, (gy, gx) and every {@code step}-th one after it. Where the store is
   * {@link #contiguous}, a row may go on in the next one.
   *
   * @param from the sums: those of position k from {@code fromAt + k * fromStep} on
   */
  void store(
      int gy,
      int gx,
      int step,
      int positions,
      int first,
      int count,
      float[] from,
      int fromAt,
      int fromStep) {
    int toStep = step * subpixel * channels;
    int end = Math.min(first + count, kernelChannels);
    for (int o = first; o < end; ) {
      int n = Math.min(channels - o % channels, end - o); // side by side in the output
      int to = index(gy, gx, o);
      int vectors = n - n % Simd.LANES;
      if (vectors > 0) {
        vectors(from, fromAt + o - first, fromStep, o, to, toStep, positions, vectors);
      }
      if (vectors < n) {
        int skip = o - first + vectors;
        int at = to + vectors;
        rest(from, fromAt + skip, fromStep, o + vectors, at, toStep, positions, n - vectors);
      }
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

  /** Whole vectors of channels: those of each position lie side by side. */
  private void vectors(
      float[] from, int fromAt, int fromStep, int o, int to, int toStep, int positions, int n) {
    float[] y = output.data();
    float[] b = bias;
    float[] first = before;
    float[] last = after;
    boolean relu = activation == Activation.RELU;
    boolean leaky = activation == Activation.LEAKY_RELU;
    for (int k = 0; k < positions; k++) {
      int f = fromAt + k * fromStep;
      int t = to + k * toStep;
      for (int i = 0; i < n; i += Simd.LANES) {
        FloatVector v = FloatVector.fromArray(Simd.F, from, f + i);
        if (b != null) {
          v = v.add(FloatVector.fromArray(Simd.F, b, o + i));
        }
        if (first != null) {
          v = v.add(FloatVector.fromArray(Simd.F, first, t + i));
        }
        if (relu) {
          v = v.blend(0f, v.lt(0f));
        } else if (leaky) {
          v = v.blend(v.mul(Activation.LEAKY_SLOPE), v.lt(0f));
        }
        if (last != null) {
          v = v.add(FloatVector.fromArray(Simd.F, last, t + i));
        }
        v.intoArray(y, t + i);
      }
    }
  }

  /** Channels that fill no vector. */
  private void rest(
      float[] from, int fromAt, int fromStep, int o, int to, int toStep, int positions, int n) {
    for (int k = 0; k < positions; k++) {
      int t = to + k * toStep;
      for (int i = 0; i < n; i++) {
        float v = from[fromAt + k * fromStep + i];
        if (bias != null) {
          v += bias[o + i];
        }
        if (before != null) {
          v += before[t + i];
        }
        v = activation.apply(v);
        if (after != null) {
          v += after[t + i];
        }
        output.data()[t + i] = v;
      }
    }
  }
}
