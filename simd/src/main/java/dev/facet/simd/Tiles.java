package dev.facet.simd;

import dev.facet.nn.Fma;
import dev.facet.nn.Parallel;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * The register tile at the bottom of every convolution, and the product of matrices made of it: 4 rows (output pixels) by 1, 2 or 4
 * vectors of output channels, the accumulators in local variables, so that each fused multiply-add finds its operands in
 * registers. Row r, channel o of the tile is the chain {@code acc = fma(x, w, acc)} over taps and input channels ascending, exactly as
 * in the scalar definition: vectors run across outputs, never along a sum.
 *
 * <p>The tile's shape is what C2 can keep in registers: it loads all inputs and weights of a step before the first multiply-add, so
 * that accumulators, weights and inputs together must fit: 8 + 2 + 4 of 16 registers, 16 + 4 + 4 of the 32 that come with 512-bit
 * vectors. One accumulator on the stack costs half the speed. Inputs are packed ({@link #STEPS}) so that one register addresses all
 * rows. Without the fma instruction the tile is 4 x 1.
 */
final class Tiles {
  /** Output pixels per tile. */
  static final int ROWS = 4;

  private static final int VECTORS = !Fma.HARDWARE ? 1 : Simd.LANES == 16 ? 4 : 2;

  /** Output channels per tile: weights are packed in panels of this many columns. */
  static final int COLUMNS = VECTORS * Simd.LANES;

  /**
   * Steps of a chain in one pass at most, and the distance between the rows of a tile's packed inputs: a constant, so that the
   * rows' addresses differ by constants. No power of two, lest all rows fall into the same cache sets; longer passes gain nothing,
   * shorter ones load and store the sums too often.
   */
  static final int STEPS = 144;

  private static final int L = Simd.LANES;

  private Tiles() {}

  static int panels(int channels) {
    return (channels + COLUMNS - 1) / COLUMNS;
  }

  /** {@code rows} rounded up to whole tiles. */
  static int wholeTiles(int rows) {
    return (rows + ROWS - 1) / ROWS * ROWS;
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

  /** Splits {@code items} among the threads in whole tiles: at most {@code most} a piece. */
  static int piece(int items, int most, boolean share, Parallel parallel) {
    int even = share ? (items + parallel.threads() - 1) / parallel.threads() : items;
    return Math.max(ROWS, wholeTiles(Math.min(most, even)));
  }

  /** Where step {@code i} of a pass of row {@code row} lies in packed inputs whose tiles are {@code tileStep} apart. */
  static int rowIndex(int row, int tileStep) {
    return row / ROWS * tileStep + row % ROWS * STEPS;
  }

  /**
   * Extends the chains of all sums by one pass: {@code sums[r][column]} for rows r of some tiles and the columns of some panels. Storing
   * and loading a partial sum between passes does not change it.
   *
   * @param x packed inputs of the pass: step i of row r of tile t at {@code xAt + t * tileStep + r * STEPS + i}
   * @param n steps of the pass
   * @param w packed weights; the first panel's of the pass from wAt on, {@code panelStep} to the next panel's
   * @param start where the chains start, by column: the bias; null to go on from the sums
   * @param sums row r from {@code sumsAt + r * sumsStride} on
   */
  static void multiply(
      float[] x,
      int xAt,
      int tileStep,
      int tiles,
      int n,
      float[] w,
      int wAt,
      int panelStep,
      int panels,
      float @Nullable [] start,
      int startAt,
      float[] sums,
      int sumsAt,
      int sumsStride) {
    for (int panel = 0; panel < panels; panel++) {
      int column = panel * COLUMNS;
      int at = wAt + panel * panelStep;
      for (int tile = 0; tile < tiles; tile++) {
        int to = sumsAt + tile * ROWS * sumsStride + column;
        if (start == null) {
          run(x, xAt + tile * tileStep, n, w, at, sums, to, sumsStride, sums, to, sumsStride);
        } else {
          run(x, xAt + tile * tileStep, n, w, at, start, startAt + column, 0, sums, to, sumsStride);
        }
      }
    }
  }

  /**
   * Extends the chains of one tile by a pass.
   *
   * @param from where the chains start: row r at {@code fromAt + r * fromStride}
   * @param out where they are left: row r at {@code outAt + r * outStride}
   */
  private static void run(
      float[] x,
      int xAt,
      int n,
      float[] w,
      int wAt,
      float[] from,
      int fromAt,
      int fromStride,
      float[] out,
      int outAt,
      int outStride) {
    if (VECTORS == 4) {
      run4(x, xAt, n, w, wAt, from, fromAt, fromStride, out, outAt, outStride);
    } else if (VECTORS == 2) {
      run2(x, xAt, n, w, wAt, from, fromAt, fromStride, out, outAt, outStride);
    } else {
      runSoft(x, xAt, n, w, wAt, from, fromAt, fromStride, out, outAt, outStride);
      int f2 = fromAt + 2 * fromStride;
      int o2 = outAt + 2 * outStride;
      runSoft(x, xAt + 2 * STEPS, n, w, wAt, from, f2, fromStride, out, o2, outStride);
    }
  }

  private static void run2(
      float[] x,
      int xAt,
      int n,
      float[] w,
      int wAt,
      float[] from,
      int fromAt,
      int fromStride,
      float[] out,
      int outAt,
      int outStride) {
    int f0 = fromAt;
    FloatVector a00 = FloatVector.fromArray(Simd.F, from, f0);
    FloatVector a01 = FloatVector.fromArray(Simd.F, from, f0 + L);
    int f1 = f0 + fromStride;
    FloatVector a10 = FloatVector.fromArray(Simd.F, from, f1);
    FloatVector a11 = FloatVector.fromArray(Simd.F, from, f1 + L);
    int f2 = f1 + fromStride;
    FloatVector a20 = FloatVector.fromArray(Simd.F, from, f2);
    FloatVector a21 = FloatVector.fromArray(Simd.F, from, f2 + L);
    int f3 = f2 + fromStride;
    FloatVector a30 = FloatVector.fromArray(Simd.F, from, f3);
    FloatVector a31 = FloatVector.fromArray(Simd.F, from, f3 + L);
    for (int i = 0; i < n; i++) {
      int row = xAt + i;
      int at = wAt + i * COLUMNS;
      FloatVector w0 = FloatVector.fromArray(Simd.F, w, at);
      FloatVector w1 = FloatVector.fromArray(Simd.F, w, at + L);
      FloatVector v0 = FloatVector.broadcast(Simd.F, x[row]);
      a00 = v0.fma(w0, a00);
      a01 = v0.fma(w1, a01);
      FloatVector v1 = FloatVector.broadcast(Simd.F, x[row + STEPS]);
      a10 = v1.fma(w0, a10);
      a11 = v1.fma(w1, a11);
      FloatVector v2 = FloatVector.broadcast(Simd.F, x[row + 2 * STEPS]);
      a20 = v2.fma(w0, a20);
      a21 = v2.fma(w1, a21);
      FloatVector v3 = FloatVector.broadcast(Simd.F, x[row + 3 * STEPS]);
      a30 = v3.fma(w0, a30);
      a31 = v3.fma(w1, a31);
    }
    int o0 = outAt;
    a00.intoArray(out, o0);
    a01.intoArray(out, o0 + L);
    int o1 = o0 + outStride;
    a10.intoArray(out, o1);
    a11.intoArray(out, o1 + L);
    int o2 = o1 + outStride;
    a20.intoArray(out, o2);
    a21.intoArray(out, o2 + L);
    int o3 = o2 + outStride;
    a30.intoArray(out, o3);
    a31.intoArray(out, o3 + L);
  }

  private static void run4(
      float[] x,
      int xAt,
      int n,
      float[] w,
      int wAt,
      float[] from,
      int fromAt,
      int fromStride,
      float[] out,
      int outAt,
      int outStride) {
    int f0 = fromAt;
    FloatVector a00 = FloatVector.fromArray(Simd.F, from, f0);
    FloatVector a01 = FloatVector.fromArray(Simd.F, from, f0 + L);
    FloatVector a02 = FloatVector.fromArray(Simd.F, from, f0 + 2 * L);
    FloatVector a03 = FloatVector.fromArray(Simd.F, from, f0 + 3 * L);
    int f1 = f0 + fromStride;
    FloatVector a10 = FloatVector.fromArray(Simd.F, from, f1);
    FloatVector a11 = FloatVector.fromArray(Simd.F, from, f1 + L);
    FloatVector a12 = FloatVector.fromArray(Simd.F, from, f1 + 2 * L);
    FloatVector a13 = FloatVector.fromArray(Simd.F, from, f1 + 3 * L);
    int f2 = f1 + fromStride;
    FloatVector a20 = FloatVector.fromArray(Simd.F, from, f2);
    FloatVector a21 = FloatVector.fromArray(Simd.F, from, f2 + L);
    FloatVector a22 = FloatVector.fromArray(Simd.F, from, f2 + 2 * L);
    FloatVector a23 = FloatVector.fromArray(Simd.F, from, f2 + 3 * L);
    int f3 = f2 + fromStride;
    FloatVector a30 = FloatVector.fromArray(Simd.F, from, f3);
    FloatVector a31 = FloatVector.fromArray(Simd.F, from, f3 + L);
    FloatVector a32 = FloatVector.fromArray(Simd.F, from, f3 + 2 * L);
    FloatVector a33 = FloatVector.fromArray(Simd.F, from, f3 + 3 * L);
    for (int i = 0; i < n; i++) {
      int row = xAt + i;
      int at = wAt + i * COLUMNS;
      FloatVector w0 = FloatVector.fromArray(Simd.F, w, at);
      FloatVector w1 = FloatVector.fromArray(Simd.F, w, at + L);
      FloatVector w2 = FloatVector.fromArray(Simd.F, w, at + 2 * L);
      FloatVector w3 = FloatVector.fromArray(Simd.F, w, at + 3 * L);
      FloatVector v0 = FloatVector.broadcast(Simd.F, x[row]);
      a00 = v0.fma(w0, a00);
      a01 = v0.fma(w1, a01);
      a02 = v0.fma(w2, a02);
      a03 = v0.fma(w3, a03);
      FloatVector v1 = FloatVector.broadcast(Simd.F, x[row + STEPS]);
      a10 = v1.fma(w0, a10);
      a11 = v1.fma(w1, a11);
      a12 = v1.fma(w2, a12);
      a13 = v1.fma(w3, a13);
      FloatVector v2 = FloatVector.broadcast(Simd.F, x[row + 2 * STEPS]);
      a20 = v2.fma(w0, a20);
      a21 = v2.fma(w1, a21);
      a22 = v2.fma(w2, a22);
      a23 = v2.fma(w3, a23);
      FloatVector v3 = FloatVector.broadcast(Simd.F, x[row + 3 * STEPS]);
      a30 = v3.fma(w0, a30);
      a31 = v3.fma(w1, a31);
      a32 = v3.fma(w2, a32);
      a33 = v3.fma(w3, a33);
    }
    int o0 = outAt;
    a00.intoArray(out, o0);
    a01.intoArray(out, o0 + L);
    a02.intoArray(out, o0 + 2 * L);
    a03.intoArray(out, o0 + 3 * L);
    int o1 = o0 + outStride;
    a10.intoArray(out, o1);
    a11.intoArray(out, o1 + L);
    a12.intoArray(out, o1 + 2 * L);
    a13.intoArray(out, o1 + 3 * L);
    int o2 = o1 + outStride;
    a20.intoArray(out, o2);
    a21.intoArray(out, o2 + L);
    a22.intoArray(out, o2 + 2 * L);
    a23.intoArray(out, o2 + 3 * L);
    int o3 = o2 + outStride;
    a30.intoArray(out, o3);
    a31.intoArray(out, o3 + L);
    a32.intoArray(out, o3 + 2 * L);
    a33.intoArray(out, o3 + 3 * L);
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
      int fromStride,
      float[] out,
      int outAt,
      int outStride) {
    DoubleVector a0 = SoftFma.widen(FloatVector.fromArray(Simd.F, from, fromAt));
    DoubleVector a1 = SoftFma.widen(FloatVector.fromArray(Simd.F, from, fromAt + fromStride));
    for (int i = 0; i < n; i++) {
      DoubleVector w0 = SoftFma.widen(FloatVector.fromArray(Simd.F, w, wAt + i * L));
      a0 = SoftFma.extend(a0, x[xAt + i], w0);
      a1 = SoftFma.extend(a1, x[xAt + i + STEPS], w0);
    }
    SoftFma.narrow(a0).intoArray(out, outAt);
    SoftFma.narrow(a1).intoArray(out, outAt + outStride);
  }
}
