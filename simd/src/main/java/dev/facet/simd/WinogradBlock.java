package dev.facet.simd;

import static dev.facet.nn.Winograd.P;
import static dev.facet.nn.Winograd.P2;
import static dev.facet.nn.Winograd.P2Q2;
import static dev.facet.nn.Winograd.P2_PLUS_Q2;
import static dev.facet.nn.Winograd.P3;
import static dev.facet.nn.Winograd.POSITIONS;
import static dev.facet.nn.Winograd.Q;
import static dev.facet.nn.Winograd.Q2;
import static dev.facet.nn.Winograd.Q3;
import static dev.facet.nn.Winograd.STEP;
import static dev.facet.nn.Winograd.TILE;

import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * One thread's working arrays for Winograd, and the two transforms on vectors of channels. A channel count that is no
 * multiple of the lanes ends with a vector that overlaps the one before: both write the same bits.
 */
final class WinogradBlock {
  private static final int L = Simd.LANES;

  private float[] inputs = {};
  private float[] products = {};

  /** A tile at the border of the map, gathered with its zeros. */
  private float[] border = {};

  /** Half-transformed values of a tile: [6 * row + column][channel]. */
  private float[] half = {};

  /** Four vectors of outputs. */
  private final float[] narrow = new float[STEP * L];

  void reserve(int in, int out, int inputSize, int productSize) {
    // Grown arrays start as zeros, so that rows past the last tile never hold a NaN that slows the
    // multiplication.
    inputs = inputs.length < inputSize ? new float[inputSize] : inputs;
    products = products.length < productSize ? new float[productSize] : products;
    border = border.length < POSITIONS * in ? new float[POSITIONS * in] : border;
    int halfSize =
        Math.max(POSITIONS * in, STEP * TILE * out) + L; // the last vector may reach over
    half = half.length < halfSize ? new float[halfSize] : half;
  }

  /** [position][tile][channel] */
  float[] inputs() {
    return inputs;
  }

  /** [position][tile][stored output channel] */
  float[] products() {
    return products;
  }

  /** B^T d B of the tile whose first pixel is (top, left), to {@code inputs[position * plane + at ...]}. */
  void transformInput(Tensor x, int top, int left, int at, int plane) {
    int c = x.channels();
    boolean inside = top >= 0 && left >= 0 && top + TILE <= x.height() && left + TILE <= x.width();
    if (inside) {
      transformInput(x.data(), (top * x.width() + left) * c, x.width() * c, c, at, plane);
      return;
    }
    for (int r = 0; r < TILE; r++) {
      for (int s = 0; s < TILE; s++) {
        int to = (r * TILE + s) * c;
        int y = top + r;
        int column = left + s;
        if (y < 0 || y >= x.height() || column < 0 || column >= x.width()) {
          Arrays.fill(border, to, to + c, 0f);
        } else {
          System.arraycopy(x.data(), (y * x.width() + column) * c, border, to, c);
        }
      }
    }
    transformInput(border, 0, TILE * c, c, at, plane);
  }

  /** Whole rows of channels at a time, so that memory is read and written in runs that the processor can foresee. */
  private void transformInput(float[] d, int from, int rowStride, int c, int at, int plane) {
    for (int s = 0; s < TILE; s++) {
      for (int i = 0; i < c; i += L) {
        int channel = Math.min(i, c - L);
        inputLine(d, from + s * c + channel, rowStride, half, s * c + channel, TILE * c);
      }
    }
    for (int r = 0; r < TILE; r++) {
      for (int i = 0; i < c; i += L) {
        int channel = Math.min(i, c - L);
        inputLine(half, r * TILE * c + channel, c, inputs, r * TILE * plane + at + channel, plane);
      }
    }
  }

  /** {@link dev.facet.nn.Winograd}'s B^T on six vectors. */
  private static void inputLine(float[] d, int at, int stride, float[] to, int toAt, int toStride) {
    FloatVector x0 = FloatVector.fromArray(Simd.F, d, at);
    FloatVector x1 = FloatVector.fromArray(Simd.F, d, at + stride);
    FloatVector x2 = FloatVector.fromArray(Simd.F, d, at + 2 * stride);
    FloatVector x3 = FloatVector.fromArray(Simd.F, d, at + 3 * stride);
    FloatVector x4 = FloatVector.fromArray(Simd.F, d, at + 4 * stride);
    FloatVector x5 = FloatVector.fromArray(Simd.F, d, at + 5 * stride);
    FloatVector evenP = fma(-Q2, x2, x4);
    FloatVector oddP = fma(-Q2, x1, x3);
    FloatVector evenQ = fma(-P2, x2, x4);
    FloatVector oddQ = fma(-P2, x1, x3);
    fma(P2Q2, x0, fma(-P2_PLUS_Q2, x2, x4)).intoArray(to, toAt);
    fma(P, oddP, evenP).intoArray(to, toAt + toStride);
    fma(-P, oddP, evenP).intoArray(to, toAt + 2 * toStride);
    fma(Q, oddQ, evenQ).intoArray(to, toAt + 3 * toStride);
    fma(-Q, oddQ, evenQ).intoArray(to, toAt + 4 * toStride);
    fma(P2Q2, x1, fma(-P2_PLUS_Q2, x3, x5)).intoArray(to, toAt + 5 * toStride);
  }

  /**
   * A^T m A + bias and the epilogue, for the tile at {@code products[position * plane + at ...]}, to the 4x4 outputs from
   * (top, left) on that lie inside the grid.
   */
  void transformOutput(
      int at,
      int plane,
      float[] bias,
      int top,
      int left,
      int height,
      int width,
      ConvolutionParameters p,
      OutputStore store) {
    int rows = Math.min(STEP, height - top);
    int columns = Math.min(STEP, width - left);
    int run = p.outChannels();
    int all = p.kernelChannels();
    for (int s = 0; s < TILE; s++) {
      for (int i = 0; i < all; i += L) {
        int o = Math.min(i, all - L);
        outputLine(products, s * plane + at + o, TILE * plane, half, s * all + o, TILE * all);
      }
    }
    for (int r = 0; r < rows; r++) {
      int line = r * TILE * all;
      for (int phase = 0; phase < all; phase += run) {
        if (run < L) {
          finishNarrow(line + phase, all, bias, phase, run, top + r, left, columns, store);
          continue;
        }
        int to = store.index(top + r, left, phase);
        for (int i = 0; i < run; i += L) {
          int o = Math.min(i, run - L);
          FloatVector b = FloatVector.fromArray(Simd.F, bias, phase + o);
          finishLine(line + phase + o, all, b, store, to + o, columns);
        }
      }
    }
  }

  /** A^T along one row of the tile, + bias and epilogue, to the first {@code columns} of its four outputs. */
  private void finishLine(
      int at, int stride, FloatVector bias, OutputStore store, int to, int columns) {
    FloatVector m0 = FloatVector.fromArray(Simd.F, half, at);
    FloatVector m1 = FloatVector.fromArray(Simd.F, half, at + stride);
    FloatVector m2 = FloatVector.fromArray(Simd.F, half, at + 2 * stride);
    FloatVector m3 = FloatVector.fromArray(Simd.F, half, at + 3 * stride);
    FloatVector m4 = FloatVector.fromArray(Simd.F, half, at + 4 * stride);
    FloatVector m5 = FloatVector.fromArray(Simd.F, half, at + 5 * stride);
    FloatVector sumP = m1.add(m2);
    FloatVector differenceP = m1.sub(m2);
    FloatVector sumQ = m3.add(m4);
    FloatVector differenceQ = m3.sub(m4);
    int step = store.columnStep();
    store.storeVector(m0.add(sumP).add(sumQ).add(bias), to);
    if (columns > 1) {
      store.storeVector(fma(Q, differenceQ, differenceP.mul(P)).add(bias), to + step);
    }
    if (columns > 2) {
      store.storeVector(fma(Q2, sumQ, sumP.mul(P2)).add(bias), to + 2 * step);
    }
    if (columns > 3) {
      store.storeVector(fma(Q3, differenceQ, fma(P3, differenceP, m5)).add(bias), to + 3 * step);
    }
  }

  /** The same for a sub-pixel convolution with fewer channels than lanes, whose vectors hold other phases' channels too. */
  private void finishNarrow(
      int at,
      int stride,
      float[] bias,
      int o,
      int run,
      int y,
      int x,
      int columns,
      OutputStore store) {
    outputLine(half, at, stride, narrow, 0, L);
    for (int s = 0; s < columns; s++) {
      for (int i = 0; i < run; i++) {
        narrow[s * L + i] += bias[o + i];
      }
      store.store(y, x + s, o, run, narrow, s * L);
    }
  }

  /** {@link dev.facet.nn.Winograd}'s A^T on six vectors. */
  private static void outputLine(
      float[] d, int at, int stride, float[] to, int toAt, int toStride) {
    FloatVector m0 = FloatVector.fromArray(Simd.F, d, at);
    FloatVector m1 = FloatVector.fromArray(Simd.F, d, at + stride);
    FloatVector m2 = FloatVector.fromArray(Simd.F, d, at + 2 * stride);
    FloatVector m3 = FloatVector.fromArray(Simd.F, d, at + 3 * stride);
    FloatVector m4 = FloatVector.fromArray(Simd.F, d, at + 4 * stride);
    FloatVector m5 = FloatVector.fromArray(Simd.F, d, at + 5 * stride);
    FloatVector sumP = m1.add(m2);
    FloatVector differenceP = m1.sub(m2);
    FloatVector sumQ = m3.add(m4);
    FloatVector differenceQ = m3.sub(m4);
    m0.add(sumP).add(sumQ).intoArray(to, toAt);
    fma(Q, differenceQ, differenceP.mul(P)).intoArray(to, toAt + toStride);
    fma(Q2, sumQ, sumP.mul(P2)).intoArray(to, toAt + 2 * toStride);
    fma(Q3, differenceQ, fma(P3, differenceP, m5)).intoArray(to, toAt + 3 * toStride);
  }

  private static FloatVector fma(float a, FloatVector b, FloatVector c) {
    return Simd.fma(b, FloatVector.broadcast(Simd.F, a), c);
  }
}
