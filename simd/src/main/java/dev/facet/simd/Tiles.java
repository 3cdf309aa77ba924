package dev.facet.simd;

import dev.facet.nn.Fma;
import dev.facet.nn.Parallel;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * The register tile at the bottom of every convolution, and the product of matrices made of it: rows (output pixels) by vectors of
 * output channels, the accumulators in local variables, so that each fused multiply-add finds its operands in registers. Row r, channel o
 * of the tile is the chain {@code acc = fma(x, w, acc)} over taps and input channels ascending, exactly as in the scalar definition: vectors
 * run across outputs, never along a sum.
 *
 * <p>The tile's shape is what the registers hold: 6 x 2 with 16 of them (12 accumulators, 2 weights, 2 inputs), 4 x 4 with the 32 that come
 * with 512-bit vectors. One accumulator on the stack costs half the speed; so few that each waits for its own chain, as in 4 x 2, cost up to
 * half of it whenever the processor is shared (docs/design/simd-tiles.md). Inputs are packed ({@link #STEPS}) so that one register addresses
 * all rows. Without the fma instruction the tile is 4 x 1.
 */
final class Tiles {
  private static final int VECTORS = !Fma.HARDWARE ? 1 : Simd.LANES == 16 ? 4 : 2;

  /** Rows of what remains where a whole tile would be half empty. */
  private static final int FEW_ROWS = 4;

  /** Output pixels per tile. */
  static final int ROWS = VECTORS == 2 ? 6 : FEW_ROWS;

  /** Output channels per tile: weights are packed in panels of this many columns. */
  static final int COLUMNS = VECTORS * Simd.LANES;

  /**
   * Steps of a chain in one pass at most, and the distance between the rows of a tile's packed inputs: a constant, so that the
   * rows' addresses differ by constants. No power of two, lest all rows fall into the same cache sets; longer passes gain nothing,
   * shorter ones load and store the sums too often.
   */
  static final int STEPS = 272;

  /** Sums of a tile. */
  private static final int TILE = ROWS * COLUMNS;

  private static final int L = Simd.LANES;

  private Tiles() {}

  static int panels(int channels) {
    return (channels + COLUMNS - 1) / COLUMNS;
  }

  /** Rows with which the last tile is whole, where there are {@code rows}. */
  static int padded(int rows) {
    int rest = rows % ROWS;
    return rows - rest + (rest == 0 ? 0 : rest <= FEW_ROWS ? FEW_ROWS : ROWS);
  }

  /** In how many passes a chain is run. */
  static int passes(int steps) {
    return (steps + STEPS - 1) / STEPS;
  }

  /** Steps of each pass but the last, which may have a few less. */
  static int passSteps(int steps) {
    int passes = passes(steps);
    return (steps + passes - 1) / passes;
  }

  /** A weight of one output channel at one step of the chain. */
  interface Weights {
    float at(int step, int channel);
  }

  /** Elements of packed weights: [panel][step][column], zeros beyond the last channel. */
  static int packedSize(int steps, int channels) {
    return panels(channels) * steps * COLUMNS;
  }

  /** Where the weight of an output channel at a step of the chain lies. */
  static int packedIndex(int steps, int step, int channel) {
    return (channel / COLUMNS * steps + step) * COLUMNS + channel % COLUMNS;
  }

  /** Packs weights. */
  static float[] pack(int steps, int channels, Weights weights) {
    float[] packed = new float[packedSize(steps, channels)];
    for (int o = 0; o < channels; o++) {
      for (int s = 0; s < steps; s++) {
        packed[packedIndex(steps, s, o)] = weights.at(s, o);
      }
    }
    return packed;
  }

  /** The starts of chains in the layout that {@link #multiply} needs: every row of a tile the same. */
  static float[] packStarts(int channels, IntToFloat start) {
    float[] packed = new float[panels(channels) * TILE];
    for (int o = 0; o < channels; o++) {
      for (int r = 0; r < ROWS; r++) {
        packed[o / COLUMNS * TILE + r * COLUMNS + o % COLUMNS] = start.at(o);
      }
    }
    return packed;
  }

  /** A value of an output channel. */
  interface IntToFloat {
    float at(int channel);
  }

  /** Splits {@code items} among the threads in whole tiles: at most {@code most} a piece, and as many pieces for each thread. */
  static int piece(int items, int most, boolean share, Parallel parallel) {
    int threads = share ? parallel.threads() : 1;
    int pieces = Math.ceilDiv(Math.ceilDiv(items, most), threads) * threads;
    return Math.max(1, Math.ceilDiv(Math.ceilDiv(items, Math.max(1, pieces)), ROWS)) * ROWS;
  }

  /** Where the packed inputs of a row begin. */
  static int rowIndex(int row) {
    return row * STEPS;
  }

  /** Where the sum of a row and a column lies among {@code rows} rows, a {@link #padded} number. */
  static int sumIndex(int rows, int row, int column) {
    return (column / COLUMNS * rows + row) * COLUMNS + column % COLUMNS;
  }

  /**
   * Extends the chains of all sums by one pass: those of some rows and all columns of some panels. Storing and loading a partial sum
   * between passes does not change it.
   *
   * @param x packed inputs of the pass: step i of a row at {@code xAt + rowIndex(row) + i}
   * @param rows a {@link #padded} number; those that nobody asked for hold anything
   * @param n steps of the pass
   * @param w packed weights; the first panel's of the pass from wAt on, {@code panelStep} to the next panel's
   * @param start where the chains start, from {@link #packStarts}; null to go on from the sums
   * @param sums at {@code sumsAt + sumIndex(rows, row, column)}
   */
  static void multiply(
      float[] x,
      int xAt,
      int rows,
      int n,
      float[] w,
      int wAt,
      int panelStep,
      int panels,
      float @Nullable [] start,
      int startAt,
      float[] sums,
      int sumsAt) {
    int to = sumsAt;
    for (int panel = 0; panel < panels; panel++) {
      int at = wAt + panel * panelStep;
      int tile;
      for (int row = 0; row < rows; row += tile, to += tile * COLUMNS) {
        tile = Math.min(ROWS, rows - row);
        float[] from = start == null ? sums : start;
        int fromAt = start == null ? to : startAt + panel * TILE;
        int first = xAt + row * STEPS;
        if (VECTORS == 4) {
          run4x4(x, first, n, w, at, from, fromAt, sums, to);
        } else if (VECTORS == 1) {
          runSoft(x, first, n, w, at, from, fromAt, sums, to);
          runSoft(x, first + 2 * STEPS, n, w, at, from, fromAt + 2 * L, sums, to + 2 * L);
        } else if (tile == ROWS) {
          run6x2(x, first, n, w, at, from, fromAt, sums, to);
        } else {
          run4x2(x, first, n, w, at, from, fromAt, sums, to);
        }
      }
    }
  }

  /**
   * Extends the chains of one tile, which start at {@code from[fromAt + r * COLUMNS + column]}, by a pass.
   *
   * <p>C2 loads all that a block of code needs before the first multiply-add, which here would be more than the registers hold. So the
   * rows are apart, behind branches that are never taken: arrays are longer than the steps that they are read at. Nothing in the loop says so to C2.
   */
  private static void run6x2(
      float[] x,
      int xAt,
      int n,
      float[] w,
      int wAt,
      float[] from,
      int fromAt,
      float[] out,
      int outAt) {
    FloatVector a00 = FloatVector.fromArray(Simd.F, from, fromAt);
    FloatVector a01 = FloatVector.fromArray(Simd.F, from, fromAt + L);
    FloatVector a10 = FloatVector.fromArray(Simd.F, from, fromAt + 2 * L);
    FloatVector a11 = FloatVector.fromArray(Simd.F, from, fromAt + 3 * L);
    FloatVector a20 = FloatVector.fromArray(Simd.F, from, fromAt + 4 * L);
    FloatVector a21 = FloatVector.fromArray(Simd.F, from, fromAt + 5 * L);
    FloatVector a30 = FloatVector.fromArray(Simd.F, from, fromAt + 6 * L);
    FloatVector a31 = FloatVector.fromArray(Simd.F, from, fromAt + 7 * L);
    FloatVector a40 = FloatVector.fromArray(Simd.F, from, fromAt + 8 * L);
    FloatVector a41 = FloatVector.fromArray(Simd.F, from, fromAt + 9 * L);
    FloatVector a50 = FloatVector.fromArray(Simd.F, from, fromAt + 10 * L);
    FloatVector a51 = FloatVector.fromArray(Simd.F, from, fromAt + 11 * L);
    int never = x.length;
    int neither = w.length;
    for (int i = 0; i < n; i++) {
      int row = xAt + i;
      int at = wAt + i * COLUMNS;
      FloatVector w0 = FloatVector.fromArray(Simd.F, w, at);
      FloatVector w1 = FloatVector.fromArray(Simd.F, w, at + L);
      FloatVector v0 = FloatVector.broadcast(Simd.F, x[row]);
      a00 = Simd.fma(v0, w0, a00);
      a01 = Simd.fma(v0, w1, a01);
      FloatVector v1 = FloatVector.broadcast(Simd.F, x[row + STEPS]);
      a10 = Simd.fma(v1, w0, a10);
      a11 = Simd.fma(v1, w1, a11);
      if (i == never) {
        break;
      }
      FloatVector v2 = FloatVector.broadcast(Simd.F, x[row + 2 * STEPS]);
      a20 = Simd.fma(v2, w0, a20);
      a21 = Simd.fma(v2, w1, a21);
      FloatVector v3 = FloatVector.broadcast(Simd.F, x[row + 3 * STEPS]);
      a30 = Simd.fma(v3, w0, a30);
      a31 = Simd.fma(v3, w1, a31);
      if (i == neither) {
        break;
      }
      FloatVector v4 = FloatVector.broadcast(Simd.F, x[row + 4 * STEPS]);
      a40 = Simd.fma(v4, w0, a40);
      a41 = Simd.fma(v4, w1, a41);
      FloatVector v5 = FloatVector.broadcast(Simd.F, x[row + 5 * STEPS]);
      a50 = Simd.fma(v5, w0, a50);
      a51 = Simd.fma(v5, w1, a51);
    }
    a00.intoArray(out, outAt);
    a01.intoArray(out, outAt + L);
    a10.intoArray(out, outAt + 2 * L);
    a11.intoArray(out, outAt + 3 * L);
    a20.intoArray(out, outAt + 4 * L);
    a21.intoArray(out, outAt + 5 * L);
    a30.intoArray(out, outAt + 6 * L);
    a31.intoArray(out, outAt + 7 * L);
    a40.intoArray(out, outAt + 8 * L);
    a41.intoArray(out, outAt + 9 * L);
    a50.intoArray(out, outAt + 10 * L);
    a51.intoArray(out, outAt + 11 * L);
  }

  /** The same of few rows. */
  private static void run4x2(
      float[] x,
      int xAt,
      int n,
      float[] w,
      int wAt,
      float[] from,
      int fromAt,
      float[] out,
      int outAt) {
    FloatVector a00 = FloatVector.fromArray(Simd.F, from, fromAt);
    FloatVector a01 = FloatVector.fromArray(Simd.F, from, fromAt + L);
    FloatVector a10 = FloatVector.fromArray(Simd.F, from, fromAt + 2 * L);
    FloatVector a11 = FloatVector.fromArray(Simd.F, from, fromAt + 3 * L);
    FloatVector a20 = FloatVector.fromArray(Simd.F, from, fromAt + 4 * L);
    FloatVector a21 = FloatVector.fromArray(Simd.F, from, fromAt + 5 * L);
    FloatVector a30 = FloatVector.fromArray(Simd.F, from, fromAt + 6 * L);
    FloatVector a31 = FloatVector.fromArray(Simd.F, from, fromAt + 7 * L);
    for (int i = 0; i < n; i++) {
      int row = xAt + i;
      int at = wAt + i * COLUMNS;
      FloatVector w0 = FloatVector.fromArray(Simd.F, w, at);
      FloatVector w1 = FloatVector.fromArray(Simd.F, w, at + L);
      FloatVector v0 = FloatVector.broadcast(Simd.F, x[row]);
      a00 = Simd.fma(v0, w0, a00);
      a01 = Simd.fma(v0, w1, a01);
      FloatVector v1 = FloatVector.broadcast(Simd.F, x[row + STEPS]);
      a10 = Simd.fma(v1, w0, a10);
      a11 = Simd.fma(v1, w1, a11);
      FloatVector v2 = FloatVector.broadcast(Simd.F, x[row + 2 * STEPS]);
      a20 = Simd.fma(v2, w0, a20);
      a21 = Simd.fma(v2, w1, a21);
      FloatVector v3 = FloatVector.broadcast(Simd.F, x[row + 3 * STEPS]);
      a30 = Simd.fma(v3, w0, a30);
      a31 = Simd.fma(v3, w1, a31);
    }
    a00.intoArray(out, outAt);
    a01.intoArray(out, outAt + L);
    a10.intoArray(out, outAt + 2 * L);
    a11.intoArray(out, outAt + 3 * L);
    a20.intoArray(out, outAt + 4 * L);
    a21.intoArray(out, outAt + 5 * L);
    a30.intoArray(out, outAt + 6 * L);
    a31.intoArray(out, outAt + 7 * L);
  }

  private static void run4x4(
      float[] x,
      int xAt,
      int n,
      float[] w,
      int wAt,
      float[] from,
      int fromAt,
      float[] out,
      int outAt) {
    FloatVector a00 = FloatVector.fromArray(Simd.F, from, fromAt);
    FloatVector a01 = FloatVector.fromArray(Simd.F, from, fromAt + L);
    FloatVector a02 = FloatVector.fromArray(Simd.F, from, fromAt + 2 * L);
    FloatVector a03 = FloatVector.fromArray(Simd.F, from, fromAt + 3 * L);
    FloatVector a10 = FloatVector.fromArray(Simd.F, from, fromAt + 4 * L);
    FloatVector a11 = FloatVector.fromArray(Simd.F, from, fromAt + 5 * L);
    FloatVector a12 = FloatVector.fromArray(Simd.F, from, fromAt + 6 * L);
    FloatVector a13 = FloatVector.fromArray(Simd.F, from, fromAt + 7 * L);
    FloatVector a20 = FloatVector.fromArray(Simd.F, from, fromAt + 8 * L);
    FloatVector a21 = FloatVector.fromArray(Simd.F, from, fromAt + 9 * L);
    FloatVector a22 = FloatVector.fromArray(Simd.F, from, fromAt + 10 * L);
    FloatVector a23 = FloatVector.fromArray(Simd.F, from, fromAt + 11 * L);
    FloatVector a30 = FloatVector.fromArray(Simd.F, from, fromAt + 12 * L);
    FloatVector a31 = FloatVector.fromArray(Simd.F, from, fromAt + 13 * L);
    FloatVector a32 = FloatVector.fromArray(Simd.F, from, fromAt + 14 * L);
    FloatVector a33 = FloatVector.fromArray(Simd.F, from, fromAt + 15 * L);
    for (int i = 0; i < n; i++) {
      int row = xAt + i;
      int at = wAt + i * COLUMNS;
      FloatVector w0 = FloatVector.fromArray(Simd.F, w, at);
      FloatVector w1 = FloatVector.fromArray(Simd.F, w, at + L);
      FloatVector w2 = FloatVector.fromArray(Simd.F, w, at + 2 * L);
      FloatVector w3 = FloatVector.fromArray(Simd.F, w, at + 3 * L);
      FloatVector v0 = FloatVector.broadcast(Simd.F, x[row]);
      a00 = Simd.fma(v0, w0, a00);
      a01 = Simd.fma(v0, w1, a01);
      a02 = Simd.fma(v0, w2, a02);
      a03 = Simd.fma(v0, w3, a03);
      FloatVector v1 = FloatVector.broadcast(Simd.F, x[row + STEPS]);
      a10 = Simd.fma(v1, w0, a10);
      a11 = Simd.fma(v1, w1, a11);
      a12 = Simd.fma(v1, w2, a12);
      a13 = Simd.fma(v1, w3, a13);
      FloatVector v2 = FloatVector.broadcast(Simd.F, x[row + 2 * STEPS]);
      a20 = Simd.fma(v2, w0, a20);
      a21 = Simd.fma(v2, w1, a21);
      a22 = Simd.fma(v2, w2, a22);
      a23 = Simd.fma(v2, w3, a23);
      FloatVector v3 = FloatVector.broadcast(Simd.F, x[row + 3 * STEPS]);
      a30 = Simd.fma(v3, w0, a30);
      a31 = Simd.fma(v3, w1, a31);
      a32 = Simd.fma(v3, w2, a32);
      a33 = Simd.fma(v3, w3, a33);
    }
    a00.intoArray(out, outAt);
    a01.intoArray(out, outAt + L);
    a02.intoArray(out, outAt + 2 * L);
    a03.intoArray(out, outAt + 3 * L);
    a10.intoArray(out, outAt + 4 * L);
    a11.intoArray(out, outAt + 5 * L);
    a12.intoArray(out, outAt + 6 * L);
    a13.intoArray(out, outAt + 7 * L);
    a20.intoArray(out, outAt + 8 * L);
    a21.intoArray(out, outAt + 9 * L);
    a22.intoArray(out, outAt + 10 * L);
    a23.intoArray(out, outAt + 11 * L);
    a30.intoArray(out, outAt + 12 * L);
    a31.intoArray(out, outAt + 13 * L);
    a32.intoArray(out, outAt + 14 * L);
    a33.intoArray(out, outAt + 15 * L);
  }

  /**
   * Two rows by one vector, the sums in doubles that hold floats: more {@link SoftFma} in one method than C2 will inline
   * means vectors on the heap, and one row alone waits for its own chain.
   */
  private static void runSoft(
      float[] x,
      int xAt,
      int n,
      float[] w,
      int wAt,
      float[] from,
      int fromAt,
      float[] out,
      int outAt) {
    DoubleVector a0 = SoftFma.widen(FloatVector.fromArray(Simd.F, from, fromAt));
    DoubleVector a1 = SoftFma.widen(FloatVector.fromArray(Simd.F, from, fromAt + L));
    for (int i = 0; i < n; i++) {
      DoubleVector w0 = SoftFma.widen(FloatVector.fromArray(Simd.F, w, wAt + i * L));
      a0 = SoftFma.extend(a0, x[xAt + i], w0);
      a1 = SoftFma.extend(a1, x[xAt + i + STEPS], w0);
    }
    SoftFma.narrow(a0).intoArray(out, outAt);
    SoftFma.narrow(a1).intoArray(out, outAt + L);
  }
}
