package dev.facet.nn;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * 3x3 convolution by {@link Winograd}, in blocks of tiles.
 *
 * <p>Filters are transformed where they are used, and kept from the second use on: they take four times the room of the weights, and
 * a program that decodes one small stream would fill that memory to read it once.
 */
final class ScalarWinogradConvolution implements Convolution {
  /** Tiles that share one reading, or one transformation, of the filters. */
  private static final int BLOCK = 128;

  /** Input channels whose filters stay in a second-level cache while a block's products are extended by them. */
  private static final int CHANNELS = 16;

  private final ConvolutionParameters p;
  private final Parallel parallel;
  private final float[] bias;
  private final AtomicInteger uses = new AtomicInteger();

  /** [position][input channel][output channel], once they are kept */
  private volatile float @Nullable [][][] filters;

  ScalarWinogradConvolution(ConvolutionParameters parameters, Parallel parallel) {
    this.p = parameters;
    this.parallel = parallel;
    this.bias = p.biases();
  }

  @Override
  public ConvolutionParameters parameters() {
    return p;
  }

  @Override
  public Tensor apply(Tensor x, Epilogue epilogue) {
    p.checkInput(x);
    if (uses.getAndIncrement() == 1) {
      filters = allFilters();
    }
    OutputGrid grid = new OutputGrid(p, x.height(), x.width(), epilogue);
    int tiles = Winograd.tiles(x.height()) * Winograd.tiles(x.width());
    int block = Math.min(BLOCK, (tiles + parallel.threads() - 1) / parallel.threads());
    int blocks = (tiles + block - 1) / block;
    int pieces = Math.min(parallel.threads(), blocks);
    parallel.forEach(
        pieces,
        piece -> {
          Scratch scratch = new Scratch(block, p.inChannels(), p.kernelChannels());
          for (int i = piece; i < blocks; i += pieces) {
            block(x, i * block, Math.min((i + 1) * block, tiles), scratch, grid);
          }
        });
    return grid.output();
  }

  @Override
  public Tensor applyAt(Tensor x, int[] positions, int count, Activation activation) {
    throw new IllegalArgumentException("applyAt needs an unpadded convolution without shuffle");
  }

  private float[][][] allFilters() {
    float[][][] all = new float[Winograd.POSITIONS][p.inChannels()][p.kernelChannels()];
    parallel.forEach(p.inChannels(), i -> transformFilters(i, all, i));
    return all;
  }

  /** Leaves the transformed filters of input channel i in {@code to[position][at]}. */
  private void transformFilters(int i, float[][][] to, int at) {
    float[][] u = new float[Winograd.POSITIONS][];
    for (int position = 0; position < u.length; position++) {
      u[position] = to[position][at];
    }
    Winograd.transformFilters(p, i, u);
  }

  /** Tiles {@code from .. to - 1}, numbered along the rows. */
  private void block(Tensor x, int from, int to, Scratch s, OutputGrid grid) {
    int columns = Winograd.tiles(x.width());
    for (int tile = from; tile < to; tile++) {
      int top = tile / columns * Winograd.STEP;
      int left = tile % columns * Winograd.STEP;
      CpuBackend.gatherTile(x, top - 1, left - 1, s.tile);
      transformInput(s, s.inputs[tile - from]);
    }
    multiply(s, to - from);
    for (int tile = from; tile < to; tile++) {
      int top = tile / columns * Winograd.STEP;
      int left = tile % columns * Winograd.STEP;
      int height = Math.min(Winograd.STEP, x.height() - top);
      int width = Math.min(Winograd.STEP, x.width() - left);
      transformOutput(s.products[tile - from], top, left, height, width, s, grid);
    }
  }

  private void transformInput(Scratch s, float[][] to) {
    int t = Winograd.TILE;
    for (int column = 0; column < t; column++) {
      float[][] d = column(s.tile, column, t);
      float[][] columns = column(s.inputColumns, column, t);
      Winograd.inputLine(d[0], d[1], d[2], d[3], d[4], d[5], columns, p.inChannels());
    }
    for (int row = 0; row < t; row++) {
      float[][] d = row(s.inputColumns, row, t);
      Winograd.inputLine(d[0], d[1], d[2], d[3], d[4], d[5], row(to, row, t), p.inChannels());
    }
  }

  /** products[tile][position] = inputs[tile][position] x filters[position]. */
  private void multiply(Scratch s, int tiles) {
    for (int tile = 0; tile < tiles; tile++) {
      for (float[] product : s.products[tile]) {
        Arrays.fill(product, 0f);
      }
    }
    float[][][] kept = filters;
    for (int first = 0; first < p.inChannels(); first += CHANNELS) {
      int n = Math.min(CHANNELS, p.inChannels() - first);
      if (kept != null) {
        extend(s, tiles, first, n, kept, first);
      } else {
        for (int i = 0; i < n; i++) {
          transformFilters(first + i, s.filters, i);
        }
        extend(s, tiles, first, n, s.filters, 0);
      }
    }
  }

  /** Extends all products by n input channels from {@code first} on, whose filters are {@code rows[position][row ...]}. */
  private static void extend(Scratch s, int tiles, int first, int n, float[][][] rows, int row) {
    for (int position = 0; position < Winograd.POSITIONS; position++) {
      for (int tile = 0; tile < tiles; tile++) {
        ScalarChains.extend(
            s.products[tile][position], s.inputs[tile][position], first, n, rows[position], row);
      }
    }
  }

  private void transformOutput(
      float[][] products, int top, int left, int height, int width, Scratch s, OutputGrid grid) {
    int t = Winograd.TILE;
    for (int column = 0; column < t; column++) {
      float[][] m = column(products, column, t);
      float[][] columns = column(s.outputColumns, column, Winograd.STEP);
      Winograd.outputLine(m[0], m[1], m[2], m[3], m[4], m[5], columns, p.kernelChannels());
    }
    for (int row = 0; row < height; row++) {
      float[][] m = row(s.outputColumns, row, t);
      Winograd.outputLine(m[0], m[1], m[2], m[3], m[4], m[5], s.line, p.kernelChannels());
      for (int column = 0; column < width; column++) {
        float[] values = s.line[column];
        for (int o = 0; o < values.length; o++) {
          values[o] += bias[o];
        }
        grid.store(top + row, left + column, 0, values);
      }
    }
  }

  /** Row {@code row} of a table of arrays with rows of six. */
  private static float[][] row(float[][] table, int row, int length) {
    return Arrays.copyOfRange(table, row * length, (row + 1) * length);
  }

  /** Column {@code column} of a table of arrays with rows of six, {@code length} entries. */
  private static float[][] column(float[][] table, int column, int length) {
    float[][] entries = new float[length][];
    for (int i = 0; i < length; i++) {
      entries[i] = table[i * Winograd.TILE + column];
    }
    return entries;
  }

  /** Working arrays of one thread. */
  private static final class Scratch {
    final float[][] tile;
    final float[][] inputColumns;

    /** [tile][position][input channel] */
    final float[][][] inputs;

    /** [position][input channel of a group][output channel] */
    final float[][][] filters;

    /** [tile][position][output channel] */
    final float[][][] products;

    final float[][] outputColumns;
    final float[][] line;

    Scratch(int tiles, int in, int out) {
      tile = new float[Winograd.POSITIONS][in];
      inputColumns = new float[Winograd.POSITIONS][in];
      inputs = new float[tiles][Winograd.POSITIONS][in];
      filters = new float[Winograd.POSITIONS][CHANNELS][out];
      products = new float[tiles][Winograd.POSITIONS][out];
      outputColumns = new float[Winograd.STEP * Winograd.TILE][out];
      line = new float[Winograd.STEP][out];
    }
  }
}
