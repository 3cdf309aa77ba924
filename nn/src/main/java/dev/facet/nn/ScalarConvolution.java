package dev.facet.nn;

/** Direct convolution: each output starts at the bias and adds taps in raster order, channels ascending within a tap. */
final class ScalarConvolution implements Convolution {
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
    parallel.forEach(
        gridHeight,
        gy -> {
          float[] acc = new float[p.kernelChannels() / p.groups()];
          for (int gx = 0; gx < gridWidth; gx++) {
            for (int g = 0; g < p.groups(); g++) {
              sum(padded, gy, gx, g, acc);
              grid.store(gy, gx, g * acc.length, acc);
            }
          }
        });
    return grid.output();
  }

  @Override
  public Tensor applyAt(Tensor x, int[] positions, int count, Activation activation) {
    OutputGrid.checkGather(p, x);
    int gridWidth = p.gridWidth(x.width());
    Tensor y = Tensor.zeros(1, count, p.kernelChannels());
    float[] acc = new float[p.kernelChannels() / p.groups()];
    for (int k = 0; k < count; k++) {
      for (int g = 0; g < p.groups(); g++) {
        sum(x, positions[k] / gridWidth, positions[k] % gridWidth, g, acc);
        for (int o = 0; o < acc.length; o++) {
          y.data()[k * p.kernelChannels() + g * acc.length + o] = activation.apply(acc[o]);
        }
      }
    }
    return y;
  }

  /** The outputs of group g at grid position (gy, gx). */
  private void sum(Tensor padded, int gy, int gx, int g, float[] acc) {
    System.arraycopy(bias[g], 0, acc, 0, acc.length);
    int n = p.groupChannels();
    for (int t = 0; t < p.taps(); t++) {
      int y = gy * p.stride() + (t / p.kernelWidth()) * p.dilation();
      int x = gx * p.stride() + (t % p.kernelWidth()) * p.dilation();
      int from = (y * padded.width() + x) * padded.channels() + g * n;
      ScalarChains.extend(acc, padded.data(), from, n, rows[g], t * n);
    }
  }
}
