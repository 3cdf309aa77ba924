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

import dev.facet.nn.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * A block of Winograd tiles: the products, and the two transforms on vectors of channels. A run of channels that is no multiple
 * of the lanes ends with a vector that overlaps the one before: both write the same bits.
 */
final class WinogradBlock {
  private static final int L = Simd.LANES;

  /** One cache line between positions, lest all 36 fall into the same cache sets. */
  private static final int SKEW = 16;

  private final int in;

  /** Input channels of a pass of {@link Tiles#multiply}. */
  private final int pass;

  /** {@code [position][pass][tile][channel]}, packed for {@link Tiles#multiply}. */
  private final float[] inputs;

  private final int inPlane;
  private final int passPlane;

  /** {@code [position][tile][output channel of the slab]} */
  private final float[] products;

  private final int outPlane;
  private final int outStride;

  /** A tile at the border of the map, gathered with its zeros. */
  private final float[] border;

  /** Half-transformed values of a tile: [6 * row + column][channel]. */
  private final float[] half;

  /**
   * A block.
   *
   * @param scratch whose arrays this block uses, until the next one does
   * @param tiles the most it holds
   * @param in input channels
   * @param columns output channels of a slab, whole panels
   */
  WinogradBlock(Scratch scratch, int tiles, int in, int columns) {
    this.in = in;
    pass = Tiles.passSteps(in);
    passPlane = Tiles.wholeTiles(tiles) * Tiles.STEPS;
    inPlane = Tiles.passes(in) * passPlane + SKEW;
    inputs = scratch.rows(POSITIONS * inPlane);
    outStride = columns;
    outPlane = Tiles.wholeTiles(tiles) * columns + SKEW;
    products = scratch.sums(POSITIONS * outPlane);
    border = scratch.border(POSITIONS * in);
    half = scratch.half(Math.max(POSITIONS * in, STEP * TILE * columns) + L); // may be read beyond
  }

  /** B^T d B of the tile whose first pixel is (top, left), the block's tile number {@code tile}. */
  void transformInput(Tensor x, int top, int left, int tile) {
    boolean inside = top >= 0 && left >= 0 && top + TILE <= x.height() && left + TILE <= x.width();
    if (inside) {
      transformInput(x.data(), (top * x.width() + left) * in, x.width() * in, tile);
      return;
    }
    for (int r = 0; r < TILE; r++) {
      for (int s = 0; s < TILE; s++) {
        int to = (r * TILE + s) * in;
        int y = top + r;
        int column = left + s;
        if (y < 0 || y >= x.height() || column < 0 || column >= x.width()) {
          Arrays.fill(border, to, to + in, 0f);
        } else {
          System.arraycopy(x.data(), (y * x.width() + column) * in, border, to, in);
        }
      }
    }
    transformInput(border, 0, TILE * in, tile);
  }

  /** Whole rows of channels at a time, so that memory is read and written in runs that the processor can foresee. */
  private void transformInput(float[] d, int from, int rowStride, int tile) {
    for (int s = 0; s < TILE; s++) {
      for (int i = 0; i < in; i += L) {
        int channel = Math.min(i, in - L);
        inputLine(d, from + s * in + channel, rowStride, half, s * in + channel, TILE * in);
      }
    }
    for (int first = 0; first < in; first += pass) {
      int n = Math.min(pass, in - first);
      int at = first / pass * passPlane + tile * Tiles.STEPS;
      for (int r = 0; r < TILE; r++) {
        int line = r * TILE * in + first;
        int to = r * TILE * inPlane + at;
        for (int i = 0; i < n; i += L) {
          int channel = Math.min(i, n - L);
          inputLine(half, line + channel, in, inputs, to + channel, inPlane);
        }
      }
    }
  }

  /** products = inputs x filters of some panels, position by position. */
  void multiply(float[][] filters, int panel, int panels, int tiles, float[] zeros) {
    int groups = Tiles.wholeTiles(tiles) / Tiles.ROWS;
    for (int position = 0; position < POSITIONS; position++) {
      for (int first = 0; first < in; first += pass) {
        // Rows past the last tile hold old values: they are computed, and never read.
        Tiles.multiply(
            inputs,
            position * inPlane + first / pass * passPlane,
            Tiles.ROWS * Tiles.STEPS,
            groups,
            Math.min(pass, in - first),
            filters[position],
            (panel * in + first) * Tiles.COLUMNS,
            in * Tiles.COLUMNS,
            panels,
            first == 0 ? zeros : null,
            0,
            products,
            position * outPlane,
            outStride);
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
   * A^T m A + bias and the epilogue, for tile {@code tile} of the block and kernel channels {@code first .. first + channels - 1}, whose
   * products the block holds, to the outputs from (top, left) on.
   *
   * @param rows of the tile's 4 that lie inside the grid
   * @param columns of the tile's 4 that lie inside the grid
   */
  void transformOutput(
      int tile,
      int first,
      int channels,
      float[] bias,
      int top,
      int left,
      int rows,
      int columns,
      OutputStore store) {
    int at = tile * outStride;
    int width = outStride;
    for (int s = 0; s < TILE; s++) {
      for (int i = 0; i < width; i += L) {
        outputLine(products, s * outPlane + at + i, TILE * outPlane, half, s * width + i, TILE * width);
      }
    }
    for (int r = 0; r < rows; r++) {
      int line = r * TILE * width;
      for (int o = first; o < first + channels; ) {
        int n = Math.min(store.run(o), first + channels - o);
        int from = line + o - first;
        if (n < L) {
          finishNarrow(from, width, bias, o, n, top + r, left, columns, store);
        } else {
          int to = store.index(top + r, left, o);
          for (int i = 0; i < n; i += L) {
            int k = Math.min(i, n - L);
            FloatVector b = FloatVector.fromArray(Simd.F, bias, o + k);
            finishLine(from + k, width, b, store, to + k, columns);
          }
        }
        o += n;
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

  /** The same for a run of channels shorter than a vector, which then holds others too. */
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
    float[] narrow = new float[STEP * L];
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
