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

  /** {@code [position]} and {@link Tiles#sumIndex} of tile and output channel of the slab. */
  private final float[] products;

  private final int outPlane;

  /** Register tiles in which the block is multiplied, four Winograd tiles each. */
  private final int groups;

  /** Output channels of a slab. */
  private final int columns;

  /** A tile at the border of the map, gathered with its zeros. */
  private final float[] border;

  /** Half-transformed values of a tile: [6 * row + column][channel]. */
  private final float[] half;

  /** Outputs of a tile: [4 * row + column][channel]. */
  private final float[] outputs;

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
    groups = Tiles.tiles(tiles);
    passPlane = groups * Tiles.ROWS * Tiles.STEPS;
    inPlane = Tiles.passes(in) * passPlane + SKEW;
    inputs = scratch.rows(POSITIONS * inPlane);
    this.columns = columns;
    outPlane = groups * Tiles.ROWS * columns + SKEW;
    products = scratch.sums(POSITIONS * outPlane);
    border = scratch.border(POSITIONS * in);
    half = scratch.half(Math.max(POSITIONS * in, STEP * TILE * columns));
    outputs = scratch.outputs(STEP * STEP * columns);
  }

  /** B^T d B of the tile whose first pixel is (top, left), the block's tile number {@code tile}. */
  void transformInput(Tensor x, int top, int left, int tile) {
    float[] d = x.data();
    int from = (top * x.width() + left) * in;
    int rowStride = x.width() * in;
    if (top < 0 || left < 0 || top + TILE > x.height() || left + TILE > x.width()) {
      gather(x, top, left);
      d = border;
      from = 0;
      rowStride = TILE * in;
    }
    inputLines(d, from, in, rowStride, in, half, 0, in, TILE * in);
    for (int first = 0; first < in; first += pass) {
      int n = Math.min(pass, in - first);
      int to = first / pass * passPlane + Tiles.rowIndex(tile);
      inputLines(half, first, TILE * in, in, n, inputs, to, TILE * inPlane, inPlane);
    }
  }

  private void gather(Tensor x, int top, int left) {
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
  }

  /**
   * products = inputs x filters of some panels, position by position.
   *
   * @param filters [position][panel][input channel][column]
   * @param all panels at each position
   */
  void multiply(float[] filters, int all, int panel, int panels, float[] zeros) {
    for (int position = 0; position < POSITIONS; position++) {
      for (int first = 0; first < in; first += pass) {
        // Rows past the last tile hold old values: they are computed, and never read.
        Tiles.multiply(
            inputs,
            position * inPlane + first / pass * passPlane,
            groups,
            Math.min(pass, in - first),
            filters,
            ((position * all + panel) * in + first) * Tiles.COLUMNS,
            in * Tiles.COLUMNS,
            panels,
            first == 0 ? zeros : null,
            0,
            products,
            position * outPlane);
      }
    }
  }

  /**
   * {@link dev.facet.nn.Winograd}'s B^T on six lines, whole rows of channels at a time, so that memory is read and written in runs
   * that the processor can foresee. Line k takes six values {@code stride} apart from {@code at + k * lineStep} on, and n channels of each.
   *
   * <p>One loop in one long method: C2 compiles it alone, as it inlines no method of more than 325 bytecodes. Where it inlines more than
   * one such loop into a method, it runs out of its budget and leaves vectors on the heap.
   */
  private static void inputLines(
      float[] d,
      int at,
      int lineStep,
      int stride,
      int n,
      float[] to,
      int toAt,
      int toLineStep,
      int toStride) {
    for (int k = 0; k < TILE; k++) {
      int line = at + k * lineStep;
      int toLine = toAt + k * toLineStep;
      for (int i = 0; i < n; i += L) {
        int channel = Math.min(i, n - L);
        int f = line + channel;
        FloatVector x0 = FloatVector.fromArray(Simd.F, d, f);
        FloatVector x1 = FloatVector.fromArray(Simd.F, d, f + stride);
        FloatVector x2 = FloatVector.fromArray(Simd.F, d, f + 2 * stride);
        FloatVector x3 = FloatVector.fromArray(Simd.F, d, f + 3 * stride);
        FloatVector x4 = FloatVector.fromArray(Simd.F, d, f + 4 * stride);
        FloatVector x5 = FloatVector.fromArray(Simd.F, d, f + 5 * stride);
        FloatVector minusQ2 = FloatVector.broadcast(Simd.F, -Q2);
        FloatVector minusP2 = FloatVector.broadcast(Simd.F, -P2);
        FloatVector p2q2 = FloatVector.broadcast(Simd.F, P2Q2);
        FloatVector minusSum = FloatVector.broadcast(Simd.F, -P2_PLUS_Q2);
        FloatVector evenP = Simd.fma(x2, minusQ2, x4);
        FloatVector oddP = Simd.fma(x1, minusQ2, x3);
        FloatVector evenQ = Simd.fma(x2, minusP2, x4);
        FloatVector oddQ = Simd.fma(x1, minusP2, x3);
        int t = toLine + channel;
        Simd.fma(x0, p2q2, Simd.fma(x2, minusSum, x4)).intoArray(to, t);
        Simd.fma(oddP, FloatVector.broadcast(Simd.F, P), evenP).intoArray(to, t + toStride);
        Simd.fma(oddP, FloatVector.broadcast(Simd.F, -P), evenP).intoArray(to, t + 2 * toStride);
        Simd.fma(oddQ, FloatVector.broadcast(Simd.F, Q), evenQ).intoArray(to, t + 3 * toStride);
        Simd.fma(oddQ, FloatVector.broadcast(Simd.F, -Q), evenQ).intoArray(to, t + 4 * toStride);
        Simd.fma(x1, p2q2, Simd.fma(x3, minusSum, x5)).intoArray(to, t + 5 * toStride);
      }
    }
  }

  /**
   * A^T m A, for tile {@code tile} of the block and kernel channels {@code first .. first + channels - 1}, whose products the block
   * holds, to the outputs from (top, left) on.
   *
   * @param rows of the tile's 4 that lie inside the grid
   * @param lines columns of the tile's 4 that lie inside the grid
   */
  void transformOutput(
      int tile,
      int first,
      int channels,
      int top,
      int left,
      int rows,
      int lines,
      OutputStore store) {
    int width = columns;
    for (int o = 0; o < channels; o += Tiles.COLUMNS) {
      int at = Tiles.sumIndex(groups, tile, o);
      outputLines(
          products,
          at,
          outPlane,
          TILE * outPlane,
          Tiles.COLUMNS,
          TILE,
          half,
          o,
          width,
          TILE * width);
    }
    outputLines(half, 0, TILE * width, width, channels, rows, outputs, 0, STEP * width, width);
    for (int r = 0; r < rows; r++) {
      for (int s = 0; s < lines; s++) {
        store.store(top + r, left + s, first, channels, outputs, (r * STEP + s) * width);
      }
    }
  }

  /** {@link dev.facet.nn.Winograd}'s A^T on some lines; see {@link #inputLines}. */
  private static void outputLines(
      float[] d,
      int at,
      int lineStep,
      int stride,
      int n,
      int lines,
      float[] to,
      int toAt,
      int toLineStep,
      int toStride) {
    for (int k = 0; k < lines; k++) {
      int line = at + k * lineStep;
      int toLine = toAt + k * toLineStep;
      for (int i = 0; i < n; i += L) {
        int f = line + i;
        FloatVector m0 = FloatVector.fromArray(Simd.F, d, f);
        FloatVector m1 = FloatVector.fromArray(Simd.F, d, f + stride);
        FloatVector m2 = FloatVector.fromArray(Simd.F, d, f + 2 * stride);
        FloatVector m3 = FloatVector.fromArray(Simd.F, d, f + 3 * stride);
        FloatVector m4 = FloatVector.fromArray(Simd.F, d, f + 4 * stride);
        FloatVector m5 = FloatVector.fromArray(Simd.F, d, f + 5 * stride);
        FloatVector sumP = m1.add(m2);
        FloatVector differenceP = m1.sub(m2);
        FloatVector sumQ = m3.add(m4);
        FloatVector differenceQ = m3.sub(m4);
        FloatVector p = FloatVector.broadcast(Simd.F, P);
        FloatVector q = FloatVector.broadcast(Simd.F, Q);
        FloatVector p2 = FloatVector.broadcast(Simd.F, P2);
        FloatVector q2 = FloatVector.broadcast(Simd.F, Q2);
        FloatVector p3 = FloatVector.broadcast(Simd.F, P3);
        FloatVector q3 = FloatVector.broadcast(Simd.F, Q3);
        int t = toLine + i;
        m0.add(sumP).add(sumQ).intoArray(to, t);
        Simd.fma(differenceQ, q, differenceP.mul(p)).intoArray(to, t + toStride);
        Simd.fma(sumQ, q2, sumP.mul(p2)).intoArray(to, t + 2 * toStride);
        Simd.fma(differenceQ, q3, Simd.fma(differenceP, p3, m5)).intoArray(to, t + 3 * toStride);
      }
    }
  }
}
