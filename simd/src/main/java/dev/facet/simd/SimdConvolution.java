package dev.facet.simd;

import dev.facet.nn.Activation;
import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.CpuBackend;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Parallel;
import dev.facet.nn.Tensor;

/**
 * Direct convolution in register tiles, for every dense kernel size and stride. Output pixels are numbered along the
 * rows and taken six at a time wherever they lie; the last tile repeats its last pixel.
 */
final class SimdConvolution implements Convolution {
  /** Output pixels that share one pass over a panel of weights: enough to pay for reading the panel from cache. */
  private static final int PIXELS = 16 * Tiles.ROWS;

  private final ConvolutionParameters p;
  private final Parallel parallel;
  private final float[] weights;

  /** Padded to whole panels. */
  private final float[] bias;

  SimdConvolution(ConvolutionParameters parameters, Parallel parallel) {
    this.p = parameters;
    this.parallel = parallel;
    int n = p.groupChannels();
    weights =
        Tiles.pack(
            p.taps() * n,
            p.kernelChannels(),
            (step, o) -> {
              int tap = step / n;
              return p.weight(o, step % n, tap / p.kernelWidth(), tap % p.kernelWidth());
            });
    bias = new float[Tiles.panels(p.kernelChannels()) * Tiles.COLUMNS];
    for (int o = 0; o < p.kernelChannels(); o++) {
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
    Tensor padded = CpuBackend.padZero(x, p.padding());
    int[] taps = tapOffsets(padded);
    int gridWidth = p.gridWidth(x.width());
    int pixels = p.gridHeight(x.height()) * gridWidth;
    OutputStore store = new OutputStore(p, p.gridHeight(x.height()), gridWidth, epilogue);
    boolean share = p.macs(x.height(), x.width()) >= CpuBackend.MACS_WORTH_SHARING;
    int piece = Tiles.piece(pixels, PIXELS, share, parallel);
    int pieces = (pixels + piece - 1) / piece;
    Runner runner =
        (from, to) -> {
          float[] tile = new float[Tiles.ROWS * Tiles.COLUMNS];
          for (int panel = 0; panel < Tiles.panels(p.kernelChannels()); panel++) {
            for (int pixel = from; pixel < to; pixel += Tiles.ROWS) {
              int last = to - 1;
              tile(
                  padded,
                  taps,
                  panel,
                  base(padded, gridWidth, pixel),
                  base(padded, gridWidth, Math.min(pixel + 1, last)),
                  base(padded, gridWidth, Math.min(pixel + 2, last)),
                  base(padded, gridWidth, Math.min(pixel + 3, last)),
                  base(padded, gridWidth, Math.min(pixel + 4, last)),
                  base(padded, gridWidth, Math.min(pixel + 5, last)),
                  tile);
              for (int r = 0; r < Tiles.ROWS && pixel + r < to; r++) {
                store.store(
                    (pixel + r) / gridWidth,
                    (pixel + r) % gridWidth,
                    panel * Tiles.COLUMNS,
                    Tiles.COLUMNS,
                    tile,
                    r * Tiles.COLUMNS);
              }
            }
          }
        };
    if (share) {
      parallel.forEach(pieces, i -> runner.run(i * piece, Math.min((i + 1) * piece, pixels)));
    } else {
      runner.run(0, pixels);
    }
    return store.output();
  }

  @Override
  public Tensor applyAt(Tensor x, int[] positions, int count, Activation activation) {
    p.checkInput(x);
    if (p.padding() != 0 || p.subpixel() != 1) {
      throw new IllegalArgumentException("applyAt needs an unpadded convolution without shuffle");
    }
    int[] taps = tapOffsets(x);
    int gridWidth = p.gridWidth(x.width());
    OutputStore store = new OutputStore(p, 1, count, Epilogue.of(activation));
    int panels = Tiles.panels(p.kernelChannels());
    boolean share =
        (long) count * p.kernelChannels() * p.groupChannels() * p.taps()
            >= CpuBackend.MACS_WORTH_SHARING;
    Runner runner =
        (from, to) -> {
          float[] tile = new float[Tiles.ROWS * Tiles.COLUMNS];
          for (int panel = from; panel < to; panel++) {
            for (int k = 0; k < count; k += Tiles.ROWS) {
              int last = count - 1;
              tile(
                  x,
                  taps,
                  panel,
                  base(x, gridWidth, positions[k]),
                  base(x, gridWidth, positions[Math.min(k + 1, last)]),
                  base(x, gridWidth, positions[Math.min(k + 2, last)]),
                  base(x, gridWidth, positions[Math.min(k + 3, last)]),
                  base(x, gridWidth, positions[Math.min(k + 4, last)]),
                  base(x, gridWidth, positions[Math.min(k + 5, last)]),
                  tile);
              for (int r = 0; r < Tiles.ROWS && k + r < count; r++) {
                store.store(
                    0, k + r, panel * Tiles.COLUMNS, Tiles.COLUMNS, tile, r * Tiles.COLUMNS);
              }
            }
          }
        };
    if (share) {
      parallel.forEach(panels, i -> runner.run(i, i + 1));
    } else {
      runner.run(0, panels);
    }
    return store.output();
  }

  private void tile(
      Tensor x, int[] taps, int panel, int x0, int x1, int x2, int x3, int x4, int x5,
      float[] tile) {
    Tiles.run(
        x.data(), x0, x1, x2, x3, x4, x5, taps, p.groupChannels(), weights,
        panel * p.taps() * p.groupChannels() * Tiles.COLUMNS, bias, panel * Tiles.COLUMNS, tile, 0,
        Tiles.COLUMNS);
  }

  /** First input element under the kernel at grid position {@code pixel}. */
  private int base(Tensor padded, int gridWidth, int pixel) {
    int y = pixel / gridWidth * p.stride();
    int x = pixel % gridWidth * p.stride();
    return (y * padded.width() + x) * padded.channels();
  }

  /** Distance of each tap's input from the kernel's first. */
  private int[] tapOffsets(Tensor padded) {
    int[] offsets = new int[p.taps()];
    for (int t = 0; t < offsets.length; t++) {
      int y = t / p.kernelWidth() * p.dilation();
      int x = t % p.kernelWidth() * p.dilation();
      offsets[t] = (y * padded.width() + x) * padded.channels();
    }
    return offsets;
  }

  /** A range of pixels or panels. */
  private interface Runner {
    void run(int from, int to);
  }
}
