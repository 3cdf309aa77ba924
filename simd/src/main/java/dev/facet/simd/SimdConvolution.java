package dev.facet.simd;

import dev.facet.nn.Activation;
import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.CpuBackend;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Parallel;
import dev.facet.nn.Tensor;
import java.util.function.IntConsumer;

/**
 * Direct convolution in register tiles, for every dense kernel size and stride. Output pixels are numbered along the
 * rows and taken six at a time wherever they lie; the last tile repeats its last pixel.
 */
final class SimdConvolution implements Convolution {
  /** Output pixels that share one pass over a panel of weights: enough to pay for reading the panel from cache. */
  private static final int PIXELS = 16 * Tiles.ROWS;

  /** Weights of one block of taps: 128 KiB, at home in a second-level cache beside the inputs. */
  private static final int BLOCK_WEIGHTS = 1 << 15;

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
    int gridWidth = p.gridWidth(x.width());
    int pixels = p.gridHeight(x.height()) * gridWidth;
    OutputStore store = new OutputStore(p, p.gridHeight(x.height()), gridWidth, epilogue);
    boolean share = p.macs(x.height(), x.width()) >= CpuBackend.MACS_WORTH_SHARING;
    int piece = Tiles.piece(pixels, PIXELS, share, parallel);
    IntConsumer body =
        k -> {
          int from = k * piece;
          int to = Math.min(from + piece, pixels);
          for (int panel = 0; panel < Tiles.panels(p.kernelChannels()); panel++) {
            panel(padded, gridWidth, i -> i, from, to, panel, store, gridWidth);
          }
        };
    parallel.forEach((pixels + piece - 1) / piece, share, body);
    return store.output();
  }

  @Override
  public Tensor applyAt(Tensor x, int[] positions, int count, Activation activation) {
    p.checkInput(x);
    if (p.padding() != 0 || p.subpixel() != 1) {
      throw new IllegalArgumentException("applyAt needs an unpadded convolution without shuffle");
    }
    int gridWidth = p.gridWidth(x.width());
    OutputStore store = new OutputStore(p, 1, count, Epilogue.of(activation));
    boolean share =
        (long) count * p.kernelChannels() * p.groupChannels() * p.taps()
            >= CpuBackend.MACS_WORTH_SHARING;
    parallel.forEach(
        Tiles.panels(p.kernelChannels()),
        share,
        panel -> panel(x, gridWidth, i -> positions[i], 0, count, panel, store, count));
    return store.output();
  }

  /**
   * One panel of output channels at pixels {@code from .. to - 1}, in blocks of taps whose weights stay in cache.
   *
   * @param pixels the grid position of each pixel
   * @param outWidth grid positions in a row of the output
   */
  private void panel(
      Tensor padded,
      int gridWidth,
      Pixels pixels,
      int from,
      int to,
      int panel,
      OutputStore store,
      int outWidth) {
    int n = p.groupChannels();
    int[] taps = tapOffsets(padded);
    int tiles = (to - from + Tiles.ROWS - 1) / Tiles.ROWS;
    float[] sums = new float[tiles * Tiles.ROWS * Tiles.COLUMNS];
    int[] bases = new int[tiles * Tiles.ROWS];
    for (int k = 0; k < bases.length; k++) {
      bases[k] = base(padded, gridWidth, pixels.at(Math.min(from + k, to - 1)));
    }
    int block = Math.max(1, BLOCK_WEIGHTS / (n * Tiles.COLUMNS));
    for (int tap = 0; tap < taps.length; tap += block) {
      int end = Math.min(tap + block, taps.length);
      int wAt = (panel * p.taps() + tap) * n * Tiles.COLUMNS;
      for (int k = 0; k < bases.length; k += Tiles.ROWS) {
        Tiles.run(
            padded.data(),
            bases[k],
            bases[k + 1],
            bases[k + 2],
            bases[k + 3],
            bases[k + 4],
            bases[k + 5],
            taps,
            tap,
            end,
            n,
            weights,
            wAt,
            tap == 0 ? bias : sums,
            tap == 0 ? panel * Tiles.COLUMNS : k * Tiles.COLUMNS,
            tap == 0 ? 0 : Tiles.COLUMNS,
            sums,
            k * Tiles.COLUMNS,
            Tiles.COLUMNS);
      }
    }
    for (int k = from; k < to; k++) {
      store.store(
          k / outWidth,
          k % outWidth,
          panel * Tiles.COLUMNS,
          Tiles.COLUMNS,
          sums,
          (k - from) * Tiles.COLUMNS);
    }
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

  /** Which grid position the i-th pixel is. */
  private interface Pixels {
    int at(int i);
  }
}
