package dev.facet.simd;

import dev.facet.nn.Activation;
import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.CpuBackend;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Direct convolution as a product of matrices, for every kernel size, stride and number of groups: a pass of {@link
 * Tiles#STEPS} steps of the chain at a time, the inputs that some output pixels see in these steps are packed, borders
 * included, and multiplied with all weights of the pass. Output pixels are numbered along the rows.
 */
final class SimdConvolution implements Convolution {
  /** Output pixels that share a packed pass: weights are read once for all of them, while inputs and sums stay in cache. */
  private static final int PIXELS = 96;

  /** The same for weights that come from the third-level cache or from memory each time. */
  private static final int PIXELS_OF_MANY_WEIGHTS = 192;

  /** Elements of such weights: 2 MiB. */
  private static final int MANY_WEIGHTS = 1 << 19;

  /** Elements up to which a loop copies faster than a call. */
  private static final int SHORT_RUN = 32;

  private final ConvolutionParameters p;
  private final Workspace workspace;

  /** Of each group, packed. */
  private final float[][] weights;

  /** Of each group, packed. */
  private final float[][] biases;

  /** Steps of a chain. */
  private final int steps;

  /** Whether each output is made of one input pixel, the same. */
  private final boolean pointwise;

  /** Steps whose inputs lie side by side: a row of the kernel where it takes all channels of neighbouring pixels, else a tap. */
  private final int run;

  /** Where the inputs of each run lie, from the kernel's first. */
  private final int[] runRows;

  private final int[] runColumns;

  SimdConvolution(ConvolutionParameters parameters, Workspace workspace) {
    this.p = parameters.withoutWeights();
    this.workspace = workspace;
    int n = p.groupChannels();
    int out = groupOutputs();
    steps = p.taps() * n;
    pointwise =
        p.taps() == 1
            && p.kernelHeight() == 1
            && p.kernelWidth() == 1
            && p.stride() == 1
            && p.padding() == 0
            && p.groups() == 1;
    run = p.groups() == 1 && p.dilation() == 1 ? p.kernelWidth() * n : n;
    int perRow = run == n ? p.kernelWidth() : 1;
    runRows = new int[(steps + run - 1) / run];
    runColumns = new int[runRows.length];
    for (int k = 0; k < runRows.length; k++) {
      runRows[k] = k / perRow * p.dilation();
      runColumns[k] = k % perRow * p.dilation();
    }
    weights = new float[p.groups()][];
    biases = new float[p.groups()][];
    for (int group = 0; group < p.groups(); group++) {
      int first = group * out;
      weights[group] =
          Tiles.pack(
              steps,
              out,
              (step, o) -> {
                int tap = step / n;
                return parameters.weight(
                    first + o, step % n, tap / p.kernelWidth(), tap % p.kernelWidth());
              });
      biases[group] = Tiles.packStarts(out, o -> p.bias(first + o));
    }
  }

  private int groupOutputs() {
    return p.kernelChannels() / p.groups();
  }

  @Override
  public ConvolutionParameters parameters() {
    return p;
  }

  @Override
  public Tensor apply(Tensor x, Epilogue epilogue) {
    p.checkInput(x);
    int gridWidth = p.gridWidth(x.width());
    int pixels = p.gridHeight(x.height()) * gridWidth;
    OutputStore store =
        new OutputStore(p, p.gridHeight(x.height()), gridWidth, epilogue, null, workspace.pool());
    boolean share = p.macs(x.height(), x.width()) >= CpuBackend.MACS_WORTH_SHARING;
    int most = steps * groupOutputs() < MANY_WEIGHTS ? PIXELS : PIXELS_OF_MANY_WEIGHTS;
    int piece = Tiles.piece(pixels, most, share, workspace.parallel());
    int panels = Tiles.panels(groupOutputs());
    workspace
        .parallel()
        .forEach(
            (pixels + piece - 1) / piece,
            share,
            k -> {
              int from = k * piece;
              int count = Math.min(piece, pixels - from);
              for (int group = 0; group < p.groups(); group++) {
                float[] sums = sums(x, gridWidth, i -> from + i, count, group, 0, panels);
                store(store, gridWidth, from, count, group * groupOutputs(), groupOutputs(), sums);
              }
            });
    return store.output();
  }

  @Override
  public Tensor applyAt(Tensor x, int[] positions, int count, Activation activation) {
    p.checkInput(x);
    if (p.padding() != 0 || p.subpixel() != 1) {
      throw new IllegalArgumentException("applyAt needs an unpadded convolution without shuffle");
    }
    int gridWidth = p.gridWidth(x.width());
    OutputStore store =
        new OutputStore(p, 1, count, Epilogue.of(activation), null, workspace.pool());
    boolean share =
        (long) count * p.kernelChannels() * p.groupChannels() * p.taps()
            >= CpuBackend.MACS_WORTH_SHARING;
    // few positions: the threads share the weights
    int panels = Tiles.panels(groupOutputs());
    int pieces = share ? Math.min(panels, workspace.parallel().threads()) : 1;
    for (int g = 0; g < p.groups(); g++) {
      int group = g;
      workspace
          .parallel()
          .forEach(
              pieces,
              share,
              k -> {
                int panel = panels * k / pieces;
                int end = panels * (k + 1) / pieces;
                int first = panel * Tiles.COLUMNS;
                int outputs = Math.min(end * Tiles.COLUMNS, groupOutputs()) - first;
                float[] sums =
                    sums(x, gridWidth, i -> positions[i], count, group, panel, end - panel);
                store(store, count, 0, count, group * groupOutputs() + first, outputs, sums);
              });
    }
    return store.output();
  }

  /**
   * The finished chains of some panels of a group at some pixels, at {@link Tiles#sumIndex}.
   *
   * @param pixels the grid position of each pixel
   */
  private float[] sums(
      Tensor x, int gridWidth, Pixels pixels, int count, int group, int panel, int panels) {
    int rows = Tiles.padded(count);
    Scratch s = workspace.scratch().get();
    float[] packed = s.rows(rows * Tiles.STEPS);
    float[] sums = s.sums(rows * panels * Tiles.COLUMNS);
    int pass = Tiles.passSteps(steps);
    for (int step = 0; step < steps; step += pass) {
      int n = Math.min(pass, steps - step);
      for (int i = 0; i < count; i++) {
        int pixel = pixels.at(i);
        if (pointwise) {
          copy(x.data(), pixel * steps + step, packed, Tiles.rowIndex(i), n);
        } else {
          pack(x, gridWidth, pixel, group, step, n, packed, Tiles.rowIndex(i));
        }
      }
      Tiles.multiply(
          packed,
          0,
          rows,
          n,
          weights[group],
          (panel * steps + step) * Tiles.COLUMNS,
          steps * Tiles.COLUMNS,
          panels,
          step == 0 ? biases[group] : null,
          panel * Tiles.ROWS * Tiles.COLUMNS,
          sums,
          0);
    }
    return sums;
  }

  /** The inputs of steps {@code first .. first + n - 1} of a pixel's chains, zeros beyond the border. */
  private void pack(
      Tensor x, int gridWidth, int pixel, int group, int first, int n, float[] packed, int at) {
    int top = pixel / gridWidth * p.stride() - p.padding();
    int left = pixel % gridWidth * p.stride() - p.padding();
    int line = x.width() * x.channels();
    int end = first + n;
    int to = at;
    int k = first / run;
    for (int step = first; step < end; k++) {
      int length = Math.min((k + 1) * run, end) - step;
      int y = top + runRows[k];
      int from = (left + runColumns[k]) * x.channels() + group * p.groupChannels() + step - k * run;
      int begin = y < 0 || y >= x.height() ? length : Math.min(Math.max(-from, 0), length);
      int inside = Math.max(Math.min(line - from, length), begin);
      if (begin > 0) {
        Arrays.fill(packed, to, to + begin, 0f);
      }
      if (begin < inside) {
        copy(x.data(), y * line + from + begin, packed, to + begin, inside - begin);
      }
      if (inside < length) {
        Arrays.fill(packed, to + inside, to + length, 0f);
      }
      to += length;
      step += length;
    }
  }

  private static void copy(float[] x, int from, float[] packed, int to, int n) {
    if (n > SHORT_RUN) {
      System.arraycopy(x, from, packed, to, n);
      return;
    }
    int i = 0;
    for (; i <= n - Simd.LANES; i += Simd.LANES) {
      FloatVector.fromArray(Simd.F, x, from + i).intoArray(packed, to + i);
    }
    for (; i < n; i++) {
      packed[to + i] = x[from + i];
    }
  }

  /** Stores kernel channels {@code first .. first + count - 1} of some pixels. */
  private static void store(
      OutputStore store, int gridWidth, int from, int pixels, int first, int count, float[] sums) {
    int rows = Tiles.padded(pixels);
    for (int i = 0; i < pixels; ) {
      int x = (from + i) % gridWidth;
      int n = store.contiguous() ? pixels : Math.min(pixels - i, gridWidth - x);
      for (int o = 0; o < count; o += Tiles.COLUMNS) {
        int channels = Math.min(Tiles.COLUMNS, count - o);
        int at = Tiles.sumIndex(rows, i, o);
        store.store((from + i) / gridWidth, x, 1, n, first + o, channels, sums, at, Tiles.COLUMNS);
      }
      i += n;
    }
  }

  /** Which grid position the i-th pixel is. */
  private interface Pixels {
    int at(int i);
  }
}
