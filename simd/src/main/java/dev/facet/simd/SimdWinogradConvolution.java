package dev.facet.simd;

import dev.facet.nn.Activation;
import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.CpuBackend;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Parallel;
import dev.facet.nn.Tensor;
import dev.facet.nn.Winograd;

/**
 * 3x3 convolution by {@link Winograd}: blocks of tiles are transformed, multiplied position by position in register
 * tiles, and transformed back with bias and epilogue, so that a block's intermediate values stay in cache.
 */
final class SimdWinogradConvolution implements Convolution {
  /** Tiles per block: enough that reading a position's filters once pays, few enough for the second-level cache. */
  private static final int BLOCK = 8 * Tiles.ROWS;

  /** One cache line between positions, lest all 36 fall into the same cache sets. */
  private static final int SKEW = 16;

  private static final int[] ONE_TAP = {0};

  private final ConvolutionParameters p;
  private final Parallel parallel;

  /** [position][packed panels] */
  private final float[][] filters;

  /** With room to read a whole vector at the last channel. */
  private final float[] bias;

  private final float[] zeros = new float[Tiles.COLUMNS];

  /** Working arrays, one set a thread: allocating megabytes a call would cost more than the transforms. */
  private final ThreadLocal<WinogradBlock> blocks;

  SimdWinogradConvolution(
      ConvolutionParameters parameters, Parallel parallel, ThreadLocal<WinogradBlock> blocks) {
    this.p = parameters;
    this.parallel = parallel;
    this.blocks = blocks;
    filters = new float[Winograd.POSITIONS][Tiles.packedSize(p.inChannels(), p.kernelChannels())];
    parallel.forEach(p.inChannels(), this::packFilters);
    bias = new float[Tiles.panels(p.kernelChannels()) * Tiles.COLUMNS + Simd.LANES];
    for (int o = 0; o < p.kernelChannels(); o++) {
      bias[o] = p.bias(o);
    }
  }

  private void packFilters(int i) {
    int n = p.kernelChannels();
    float[][] u = new float[Winograd.POSITIONS][n];
    Winograd.transformFilters(p, i, u);
    for (int o = 0; o < n; o += Tiles.COLUMNS) {
      int at = Tiles.packedIndex(p.inChannels(), i, o);
      for (int position = 0; position < u.length; position++) {
        System.arraycopy(u[position], o, filters[position], at, Math.min(Tiles.COLUMNS, n - o));
      }
    }
  }

  @Override
  public ConvolutionParameters parameters() {
    return p;
  }

  @Override
  public Tensor apply(Tensor x, Epilogue epilogue) {
    p.checkInput(x);
    OutputStore store = new OutputStore(p, x.height(), x.width(), epilogue);
    int tiles = Winograd.tiles(x.height()) * Winograd.tiles(x.width());
    boolean share = p.macs(x.height(), x.width()) >= CpuBackend.MACS_WORTH_SHARING;
    int block = Tiles.piece(tiles, BLOCK, share, parallel);
    parallel.forEach(
        (tiles + block - 1) / block,
        share,
        i -> block(x, i * block, Math.min((i + 1) * block, tiles), block, store));
    return store.output();
  }

  @Override
  public Tensor applyAt(Tensor x, int[] positions, int count, Activation activation) {
    throw new IllegalArgumentException("applyAt needs an unpadded convolution without shuffle");
  }

  /** Tiles {@code from .. to - 1}, numbered along the rows. */
  private void block(Tensor x, int from, int to, int capacity, OutputStore store) {
    int in = p.inChannels();
    int outStride = Tiles.panels(p.kernelChannels()) * Tiles.COLUMNS;
    int inPlane = capacity * in + SKEW;
    int outPlane = capacity * outStride + SKEW;
    WinogradBlock b = blocks.get();
    b.reserve(in, p.kernelChannels(), Winograd.POSITIONS * inPlane, Winograd.POSITIONS * outPlane);
    int columns = Winograd.tiles(x.width());
    for (int tile = from; tile < to; tile++) {
      b.transformInput(
          x,
          tile / columns * Winograd.STEP - 1,
          tile % columns * Winograd.STEP - 1,
          (tile - from) * in,
          inPlane);
    }
    int count = to - from;
    for (int position = 0; position < Winograd.POSITIONS; position++) {
      multiply(b, position, count, in, inPlane, outStride, outPlane);
    }
    for (int tile = from; tile < to; tile++) {
      b.transformOutput(
          (tile - from) * outStride,
          outPlane,
          bias,
          tile / columns * Winograd.STEP,
          tile % columns * Winograd.STEP,
          x.height(),
          x.width(),
          p,
          store);
    }
  }

  /** products[position] = inputs[position] x filters[position], six tiles by one panel at a time. */
  private void multiply(
      WinogradBlock b, int position, int count, int in, int inPlane, int outStride, int outPlane) {
    float[] packed = filters[position];
    int inputs = position * inPlane;
    for (int panel = 0; panel < Tiles.panels(p.kernelChannels()); panel++) {
      for (int tile = 0; tile < count; tile += Tiles.ROWS) {
        // Rows past the last tile hold old values: they are computed, and never read.
        int row = inputs + tile * in;
        int to = position * outPlane + tile * outStride + panel * Tiles.COLUMNS;
        Tiles.run(
            b.inputs(),
            row,
            row + in,
            row + 2 * in,
            row + 3 * in,
            row + 4 * in,
            row + 5 * in,
            ONE_TAP,
            0,
            1,
            in,
            packed,
            panel * in * Tiles.COLUMNS,
            zeros,
            0,
            0,
            b.products(),
            to,
            outStride);
      }
    }
  }
}
