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

  /** Tiles that are transformed side by side at most, while in the first-level cache. */
  static final int STRIP = 8;

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

  /** Winograd tiles with which the last register tile is whole. */
  private final int rows;

  /** Tiles at the border of the map, gathered with their zeros. */
  private final float[] border;

  /** Half-transformed values. */
  private final float[] half;

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
    rows = Tiles.padded(tiles);
    passPlane = rows * Tiles.STEPS;
    inPlane = Tiles.passes(in) * passPlane + SKEW;
    inputs = scratch.rows(POSITIONS * inPlane);
    outPlane = rows * columns + SKEW;
    products = scratch.sums(POSITIONS * outPlane);
    int strip = TILE * (STRIP * STEP + TILE - STEP) * in;
    border = scratch.border(strip);
    half = scratch.half(Math.max(strip, STEP * TILE * STRIP * Tiles.COLUMNS));
    outputs = scratch.outputs(STEP * STEP * STRIP * Tiles.COLUMNS);
  }

  /**
   * B^T d B of n tiles side by side, the first one's first pixel at (top, left) and its number in the block {@code tile}. Down the columns of all of them at once: tiles share
   * columns, and long runs are fast.
   */
  void transformInput(Tensor x, int top, int left, int n, int tile) {
    int columns = n * STEP + TILE - STEP;
    int line = columns * in;
    int begin = Math.max(0, -left) * in;
    int end = Math.min(columns, x.width() - left) * in;
    float[] d = x.data();
    int rowStride = x.width() * in;
    int from = top * rowStride + left * in + begin;
    if (top < 0 || top + TILE > x.height()) {
      gather(d, from, rowStride, end - begin, top, x.height());
      d = border;
      from = 0;
      rowStride = end - begin;
    }
    for (int r = 0; r < TILE; r++) {
      Arrays.fill(half, r * line, r * line + begin, 0f);
      Arrays.fill(half, r * line + end, (r + 1) * line, 0f);
    }
    inputLines(d, from, 1, 0, rowStride, end - begin, half, begin, 0, line);
    for (int k = 0; k < n; k++) {
      for (int first = 0; first < in; first += pass) {
        int f = k * STEP * in + first;
        int to = first / pass * passPlane + Tiles.rowIndex(tile + k);
        int channels = Math.min(pass, in - first);
        inputLines(half, f, TILE, line, in, channels, inputs, to, TILE * inPlane, inPlane);
      }
    }
  }

  /** The first n values from {@code from} on of the six rows from {@code top} on, zeros beyond the map. */
  private void gather(float[] d, int from, int rowStride, int n, int top, int height) {
    for (int r = 0; r < TILE; r++) {
      if (top + r < 0 || top + r >= height) {
        Arrays.fill(border, r * n, (r + 1) * n, 0f);
      } else {
        System.arraycopy(d, from + r * rowStride, border, r * n, n);
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
            rows,
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

  /** {@link dev.facet.nn.Winograd}'s B^T on some lines, the last vector of each overlapping the one before where n is no multiple of the lanes. */
  private static void inputLines(
      float[] d,
      int at,
      int lines,
      int lineStep,
      int stride,
      int n,
      float[] to,
      int toAt,
      int toLineStep,
      int toStride) {
    inputVectors(d, at, lines, lineStep, stride, n, to, toAt, toLineStep, toStride);
    if (n % L != 0) {
      int last = n - L;
      inputVectors(d, at + last, lines, lineStep, stride, L, to, toAt + last, toLineStep, toStride);
    }
  }

  /**
   * Whole vectors of n values, in runs that the processor can foresee. Line k takes six values {@code stride} apart from {@code at + k * lineStep} on, and n runs
   * of them side by side.
   *
   * <p>One loop in one long method: C2 compiles it alone, as it inlines no method of more than 325 bytecodes. Where it inlines more than
   * one such loop into a method, it runs out of its budget and leaves vectors on the heap.
   */
  private static void inputVectors(
      float[] d,
      int at,
      int lines,
      int lineStep,
      int stride,
      int n,
      float[] to,
      int toAt,
      int toLineStep,
      int toStride) {
    for (int k = 0; k < lines; k++) {
      int line = at + k * lineStep;
      int toLine = toAt + k * toLineStep;
      for (int i = 0; i <= n - L; i += L) {
        int f = line + i;
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
        int t = toLine + i;
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
   * A^T m A of n tiles, for the kernel channels {@code first .. first + COLUMNS - 1} of a panel: down the columns, then along the rows, all tiles side by side.
   *
   * @param tile the first one's number in the block
   * @param panel in the slab
   * @return the outputs: row r and column s of tile k from {@code ((r * STEP + s) * n + k) * COLUMNS} on
   */
  float[] transformOutput(int tile, int n, int panel) {
    int run = n * Tiles.COLUMNS;
    int at = Tiles.sumIndex(rows, tile, panel * Tiles.COLUMNS);
    outputLines(products, at, outPlane, TILE * outPlane, run, TILE, half, run, TILE * run);
    outputLines(half, 0, TILE * run, run, run, STEP, outputs, STEP * run, run);
    return outputs;
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
      int toLineStep,
      int toStride) {
    for (int k = 0; k < lines; k++) {
      int line = at + k * lineStep;
      int toLine = k * toLineStep;
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
