package dev.facet.nn;

/** 3x3 convolution by {@link Winograd}, tile by tile. */
final class ScalarWinogradConvolution implements Convolution {
  private final ConvolutionParameters p;
  private final Parallel parallel;

  /** [position][input channel][output channel] */
  private final float[][][] filters;

  private final float[] bias;

  ScalarWinogradConvolution(ConvolutionParameters parameters, Parallel parallel) {
    this.p = parameters;
    this.parallel = parallel;
    this.filters = new float[Winograd.POSITIONS][p.inChannels()][p.kernelChannels()];
    float[] u = new float[Winograd.POSITIONS];
    for (int o = 0; o < p.kernelChannels(); o++) {
      for (int i = 0; i < p.inChannels(); i++) {
        Winograd.transformFilter(p, o, i, u);
        for (int position = 0; position < u.length; position++) {
          filters[position][i][o] = u[position];
        }
      }
    }
    this.bias = new float[p.kernelChannels()];
    for (int o = 0; o < bias.length; o++) {
      bias[o] = p.bias(o);
    }
  }

  @Override
  public ConvolutionParameters parameters() {
    return p;
  }

  @Override
  public Tensor apply(Tensor x, Epilogue epilogue) {
    p.checkInput(x);
    OutputGrid grid = new OutputGrid(p, x.height(), x.width(), epilogue);
    int columns = Winograd.tiles(x.width());
    parallel.forEach(
        Winograd.tiles(x.height()),
        row -> {
          Scratch scratch = new Scratch(p.inChannels(), p.kernelChannels());
          for (int column = 0; column < columns; column++) {
            tile(x, row * Winograd.STEP, column * Winograd.STEP, scratch, grid);
          }
        });
    return grid.output();
  }

  @Override
  public Tensor applyAt(Tensor x, int[] positions, int count, Activation activation) {
    throw new IllegalArgumentException("applyAt needs an unpadded convolution without shuffle");
  }

  /** The 4x4 outputs from (top, left) on. */
  private void tile(Tensor x, int top, int left, Scratch s, OutputGrid grid) {
    int t = Winograd.TILE;
    CpuBackend.gatherTile(x, top - 1, left - 1, s.input);
    for (int column = 0; column < t; column++) {
      float[][] to = column(s.inputColumns, column, t);
      float[][] d = s.input;
      Winograd.inputLine(
          d[column],
          d[column + t],
          d[column + 2 * t],
          d[column + 3 * t],
          d[column + 4 * t],
          d[column + 5 * t],
          to,
          p.inChannels());
    }
    for (int row = 0; row < t; row++) {
      float[][] d = row(s.inputColumns, row, t);
      Winograd.inputLine(
          d[0], d[1], d[2], d[3], d[4], d[5], row(s.transformed, row, t), p.inChannels());
    }
    for (int position = 0; position < Winograd.POSITIONS; position++) {
      float[] acc = s.products[position];
      java.util.Arrays.fill(acc, 0f);
      ScalarChains.extend(acc, s.transformed[position], 0, p.inChannels(), filters[position], 0);
    }
    for (int column = 0; column < t; column++) {
      float[][] m = column(s.products, column, t);
      Winograd.outputLine(
          m[0],
          m[1],
          m[2],
          m[3],
          m[4],
          m[5],
          column(s.outputColumns, column, Winograd.STEP),
          p.kernelChannels());
    }
    for (int row = 0; row < Winograd.STEP && top + row < x.height(); row++) {
      float[][] m = row(s.outputColumns, row, t);
      Winograd.outputLine(m[0], m[1], m[2], m[3], m[4], m[5], s.line, p.kernelChannels());
      for (int column = 0; column < Winograd.STEP && left + column < x.width(); column++) {
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
    return java.util.Arrays.copyOfRange(table, row * length, (row + 1) * length);
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
    final float[][] input;
    final float[][] inputColumns;
    final float[][] transformed;
    final float[][] products;
    final float[][] outputColumns;
    final float[][] line;

    Scratch(int in, int out) {
      input = new float[Winograd.POSITIONS][in];
      inputColumns = new float[Winograd.POSITIONS][in];
      transformed = new float[Winograd.POSITIONS][in];
      products = new float[Winograd.POSITIONS][out];
      outputColumns = new float[Winograd.STEP * Winograd.TILE][out];
      line = new float[Winograd.STEP][out];
    }
  }
}
