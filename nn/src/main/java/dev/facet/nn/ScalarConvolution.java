package dev.facet.nn;

import java.util.Arrays;

/** Direct convolution: each output starts at the bias and adds taps in raster order, channels ascending within a tap. */
final class ScalarConvolution implements Convolution {
  /** Outputs that share one reading of a tap's weights. */
  private static final int PIXELS = 32;

  private final ConvolutionParameters p;
  private final Parallel parallel;

  /** [group][tap * groupChannels + channel][output of the group] */
  private final float[][][] rows;

  /** [group][output of the group] */
  private final float[][] bias;

  ScalarConvolution(ConvolutionParameters parameters, Parallel parallel) {
    this.p = parameters;
    this.parallel = parallel;
    int groupOutputs = p.kernelChannels() / p.groups();
    rows = new float[p.groups()][p.taps() * p.groupChannels()][groupOutputs];
    bias = new float[p.groups()][groupOutputs];
    for (int g = 0; g < p.groups(); g++) {
      for (int o = 0; o < groupOutputs; o++) {
        int out = g * groupOutputs + o;
        bias[g][o] = p.bias(out);
        for (int t = 0; t < p.taps(); t++) {
          for (int i = 0; i < p.groupChannels(); i++) {
            rows[g][t * p.groupChannels() + i][o] =
                p.weight(out, i, t / p.kernelWidth(), t % p.kernelWidth());
          }
        }
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
    Tensor padded = CpuBackend.padZero(x, p.padding());
    int gridHeight = p.gridHeight(x.height());
    int gridWidth = p.gridWidth(x.width());
    OutputGrid grid = new OutputGrid(p, gridHeight, gridWidth, epilogue);
    int pixels = gridHeight * gridWidth;
    parallel.forEach(
        (pixels + PIXELS - 1) / PIXELS,
        piece -> {
          int from = piece * PIXELS;
          int[] bases = new int[Math.min(PIXELS, pixels - from)];
          Arrays.setAll(bases, k -> base(padded, gridWidth, from + k));
          float[][] sums = new float[bases.length][p.kernelChannels() / p.groups()];
          for (int g = 0; g < p.groups(); g++) {
            sum(padded, bases, g, sums);
            for (int k = 0; k < bases.length; k++) {
              int pixel = from + k;
              grid.store(pixel / gridWidth, pixel % gridWidth, g * bias[g].length, sums[k]);
            }
          }
        });
    return grid.output();
  }

  @Override
  public Tensor applyAt(Tensor x, int[] positions, int count, Activation activation) {
    OutputGrid.checkGather(p, x);
    int gridWidth = p.gridWidth(x.width());
    OutputGrid grid = new OutputGrid(p, 1, count, Epilogue.of(activation));
    int[] bases = new int[count];
    Arrays.setAll(bases, k -> base(x, gridWidth, positions[k]));
    float[][] sums = new float[count][p.kernelChannels() / p.groups()];
    for (int g = 0; g < p.groups(); g++) {
      sum(x, bases, g, sums);
      for (int k = 0; k < count; k++) {
        grid.store(0, k, g * bias[g].length, sums[k]);
      }
    }
    return grid.output();
  }

  /** First input element under the kernel at grid position {@code pixel}, numbered along the rows. */
  private int base(Tensor padded, int gridWidth, int pixel) {
    int y = pixel / gridWidth * p.stride();
    int x = pixel % gridWidth * p.stride();
    return (y * padded.width() + x) * padded.channels();
  }

  /** The outputs of group g at the pixels whose inputs begin at {@code bases}: [pixel][output of the group]. */
  private void sum(Tensor padded, int[] bases, int g, float[][] sums) {
    for (float[] sum : sums) {
      System.arraycopy(bias[g], 0, sum, 0, sum.length);
    }
    int n = p.groupChannels();
    for (int t = 0; t < p.taps(); t++) {
      int y = t / p.kernelWidth() * p.dilation();
      int x = t % p.kernelWidth() * p.dilation();
      int tap = (y * padded.width() + x) * padded.channels() + g * n;
      for (int k = 0; k < bases.length; k++) {
        ScalarChains.extend(sums[k], padded.data(), bases[k] + tap, n, rows[g], t * n);
      }
    }
  }
}
