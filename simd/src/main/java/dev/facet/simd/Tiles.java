package dev.facet.simd;

import dev.facet.nn.Fma;
import dev.facet.nn.Parallel;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * The register tile at the bottom of every convolution: 6 rows (output pixels) by 1, 2 or 4 vectors of output channels, the
 * accumulators in local variables, so that each fused multiply-add finds its operands in registers. Row r, channel o of
 * the tile is the chain {@code acc = fma(x, w, acc)} over taps and input channels ascending, exactly as in the scalar
 * definition: vectors run across outputs, never along a sum.
 *
 * <p>4 vectors need the 32 registers that come with 512-bit vectors (24 accumulators + 4 weights + 1 input); 16 registers
 * hold 6 x 2. Without the fma instruction the tile is 6 x 1.
 */
final class Tiles {
  /** Output pixels per tile. */
  static final int ROWS = 6;

  private static final int VECTORS = !Fma.HARDWARE ? 1 : Simd.LANES == 16 ? 4 : 2;

  /** Output channels per tile: weights are packed in panels of this many columns. */
  static final int COLUMNS = VECTORS * Simd.LANES;

  private static final int L = Simd.LANES;

  private Tiles() {}

  static int panels(int channels) {
    return (channels + COLUMNS - 1) / COLUMNS;
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

  /** Splits {@code items} among the threads in multiples of a tile's rows: at most {@code most} a piece. */
  static int piece(int items, int most, boolean share, Parallel parallel) {
    int even = share ? (items + parallel.threads() - 1) / parallel.threads() : items;
    int rows = (Math.min(most, even) + ROWS - 1) / ROWS;
    return Math.max(1, rows) * ROWS;
  }

  /**
   * Extends the chains of one tile by some taps and leaves them in {@code out[outAt + r * outStride + column]} for r in 0..5. A long sum is
   * run in blocks of taps, each for many tiles, so that a block's weights stay in cache; storing and loading a partial sum
   * does not change it.
   *
   * @param x inputs; row r reads {@code x[x_r + taps[t] + i]} for taps t and channels i below n
   * @param w packed weights of the panel and the first tap, from wAt on
   * @param from where the chains start: row r at {@code fromAt + r * fromStride}; a stride of 0 for a bias or zeros, or out itself
   *     to go on
   */
  static void run(
      float[] x,
      int x0,
      int x1,
      int x2,
      int x3,
      int x4,
      int x5,
      int[] taps,
      int firstTap,
      int endTap,
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
      run4(
          x,
          x0,
          x1,
          x2,
          x3,
          x4,
          x5,
          taps,
          firstTap,
          endTap,
          n,
          w,
          wAt,
          from,
          fromAt,
          fromStride,
          out,
          outAt,
          outStride);
    } else if (VECTORS == 2) {
      run2(
          x,
          x0,
          x1,
          x2,
          x3,
          x4,
          x5,
          taps,
          firstTap,
          endTap,
          n,
          w,
          wAt,
          from,
          fromAt,
          fromStride,
          out,
          outAt,
          outStride);
    } else {
      runSoft(
          x,
          x0,
          x1,
          taps,
          firstTap,
          endTap,
          n,
          w,
          wAt,
          from,
          fromAt,
          fromStride,
          out,
          outAt,
          outStride);
      runSoft(
          x,
          x2,
          x3,
          taps,
          firstTap,
          endTap,
          n,
          w,
          wAt,
          from,
          fromAt + 2 * fromStride,
          fromStride,
          out,
          outAt + 2 * outStride,
          outStride);
      runSoft(
          x,
          x4,
          x5,
          taps,
          firstTap,
          endTap,
          n,
          w,
          wAt,
          from,
          fromAt + 4 * fromStride,
          fromStride,
          out,
          outAt + 4 * outStride,
          outStride);
    }
  }

  private static void run4(
      float[] x,
      int x0,
      int x1,
      int x2,
      int x3,
      int x4,
      int x5,
      int[] taps,
      int firstTap,
      int endTap,
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
    int f4 = f3 + fromStride;
    FloatVector a40 = FloatVector.fromArray(Simd.F, from, f4);
    FloatVector a41 = FloatVector.fromArray(Simd.F, from, f4 + L);
    FloatVector a42 = FloatVector.fromArray(Simd.F, from, f4 + 2 * L);
    FloatVector a43 = FloatVector.fromArray(Simd.F, from, f4 + 3 * L);
    int f5 = f4 + fromStride;
    FloatVector a50 = FloatVector.fromArray(Simd.F, from, f5);
    FloatVector a51 = FloatVector.fromArray(Simd.F, from, f5 + L);
    FloatVector a52 = FloatVector.fromArray(Simd.F, from, f5 + 2 * L);
    FloatVector a53 = FloatVector.fromArray(Simd.F, from, f5 + 3 * L);
    int at = wAt;
    for (int t = firstTap; t < endTap; t++) {
      int tap = taps[t];
      for (int i = tap; i < tap + n; i++) {
        FloatVector w0 = FloatVector.fromArray(Simd.F, w, at);
        FloatVector w1 = FloatVector.fromArray(Simd.F, w, at + L);
        FloatVector w2 = FloatVector.fromArray(Simd.F, w, at + 2 * L);
        FloatVector w3 = FloatVector.fromArray(Simd.F, w, at + 3 * L);
        at += 4 * L;
        FloatVector v0 = FloatVector.broadcast(Simd.F, x[x0 + i]);
        a00 = Simd.fma(v0, w0, a00);
        a01 = Simd.fma(v0, w1, a01);
        a02 = Simd.fma(v0, w2, a02);
        a03 = Simd.fma(v0, w3, a03);
        FloatVector v1 = FloatVector.broadcast(Simd.F, x[x1 + i]);
        a10 = Simd.fma(v1, w0, a10);
        a11 = Simd.fma(v1, w1, a11);
        a12 = Simd.fma(v1, w2, a12);
        a13 = Simd.fma(v1, w3, a13);
        FloatVector v2 = FloatVector.broadcast(Simd.F, x[x2 + i]);
        a20 = Simd.fma(v2, w0, a20);
        a21 = Simd.fma(v2, w1, a21);
        a22 = Simd.fma(v2, w2, a22);
        a23 = Simd.fma(v2, w3, a23);
        FloatVector v3 = FloatVector.broadcast(Simd.F, x[x3 + i]);
        a30 = Simd.fma(v3, w0, a30);
        a31 = Simd.fma(v3, w1, a31);
        a32 = Simd.fma(v3, w2, a32);
        a33 = Simd.fma(v3, w3, a33);
        FloatVector v4 = FloatVector.broadcast(Simd.F, x[x4 + i]);
        a40 = Simd.fma(v4, w0, a40);
        a41 = Simd.fma(v4, w1, a41);
        a42 = Simd.fma(v4, w2, a42);
        a43 = Simd.fma(v4, w3, a43);
        FloatVector v5 = FloatVector.broadcast(Simd.F, x[x5 + i]);
        a50 = Simd.fma(v5, w0, a50);
        a51 = Simd.fma(v5, w1, a51);
        a52 = Simd.fma(v5, w2, a52);
        a53 = Simd.fma(v5, w3, a53);
      }
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
    int o4 = o3 + outStride;
    a40.intoArray(out, o4);
    a41.intoArray(out, o4 + L);
    a42.intoArray(out, o4 + 2 * L);
    a43.intoArray(out, o4 + 3 * L);
    int o5 = o4 + outStride;
    a50.intoArray(out, o5);
    a51.intoArray(out, o5 + L);
    a52.intoArray(out, o5 + 2 * L);
    a53.intoArray(out, o5 + 3 * L);
  }

  private static void run2(
      float[] x,
      int x0,
      int x1,
      int x2,
      int x3,
      int x4,
      int x5,
      int[] taps,
      int firstTap,
      int endTap,
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
    int f4 = f3 + fromStride;
    FloatVector a40 = FloatVector.fromArray(Simd.F, from, f4);
    FloatVector a41 = FloatVector.fromArray(Simd.F, from, f4 + L);
    int f5 = f4 + fromStride;
    FloatVector a50 = FloatVector.fromArray(Simd.F, from, f5);
    FloatVector a51 = FloatVector.fromArray(Simd.F, from, f5 + L);
    int at = wAt;
    for (int t = firstTap; t < endTap; t++) {
      int tap = taps[t];
      for (int i = tap; i < tap + n; i++) {
        FloatVector w0 = FloatVector.fromArray(Simd.F, w, at);
        FloatVector w1 = FloatVector.fromArray(Simd.F, w, at + L);
        at += 2 * L;
        FloatVector v0 = FloatVector.broadcast(Simd.F, x[x0 + i]);
        a00 = Simd.fma(v0, w0, a00);
        a01 = Simd.fma(v0, w1, a01);
        FloatVector v1 = FloatVector.broadcast(Simd.F, x[x1 + i]);
        a10 = Simd.fma(v1, w0, a10);
        a11 = Simd.fma(v1, w1, a11);
        FloatVector v2 = FloatVector.broadcast(Simd.F, x[x2 + i]);
        a20 = Simd.fma(v2, w0, a20);
        a21 = Simd.fma(v2, w1, a21);
        FloatVector v3 = FloatVector.broadcast(Simd.F, x[x3 + i]);
        a30 = Simd.fma(v3, w0, a30);
        a31 = Simd.fma(v3, w1, a31);
        FloatVector v4 = FloatVector.broadcast(Simd.F, x[x4 + i]);
        a40 = Simd.fma(v4, w0, a40);
        a41 = Simd.fma(v4, w1, a41);
        FloatVector v5 = FloatVector.broadcast(Simd.F, x[x5 + i]);
        a50 = Simd.fma(v5, w0, a50);
        a51 = Simd.fma(v5, w1, a51);
      }
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
    int o4 = o3 + outStride;
    a40.intoArray(out, o4);
    a41.intoArray(out, o4 + L);
    int o5 = o4 + outStride;
    a50.intoArray(out, o5);
    a51.intoArray(out, o5 + L);
  }

  /**
   * Two rows by one vector, the sums in doubles that hold floats: more {@link SoftFma} in one method than C2 will inline
   * means vectors on the heap, and one row alone waits for its own chain.
   */
  private static void runSoft(
      float[] x,
      int x0,
      int x1,
      int[] taps,
      int firstTap,
      int endTap,
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
    int at = wAt;
    for (int t = firstTap; t < endTap; t++) {
      int tap = taps[t];
      for (int i = tap; i < tap + n; i++) {
        DoubleVector w0 = SoftFma.widen(FloatVector.fromArray(Simd.F, w, at));
        at += L;
        a0 = SoftFma.extend(a0, x[x0 + i], w0);
        a1 = SoftFma.extend(a1, x[x1 + i], w0);
      }
    }
    SoftFma.narrow(a0).intoArray(out, outAt);
    SoftFma.narrow(a1).intoArray(out, outAt + outStride);
  }
}
