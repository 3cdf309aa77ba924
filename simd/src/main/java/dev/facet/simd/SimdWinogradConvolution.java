package dev.facet.simd;

import dev.facet.nn.Activation;
import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.CpuBackend;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.Winograd;
import org.jspecify.annotations.Nullable;

/**
 * 3x3 convolution by {@link Winograd}: a block of tiles is transformed, then multiplied position by position with a slab of output
 * channels at a time, which is transformed back with bias and epilogue while it is in cache.
 */
final class SimdWinogradConvolution implements Convolution {
  /** Tiles per block: enough that reading all filters once pays, few enough for the second-level cache. */
  private static final int BLOCK = 24;

  /** Panels per slab: about 128 output channels. */
  private static final int SLAB = Math.max(1, 128 / Tiles.COLUMNS);

  private final ConvolutionParameters p;
  private final Workspace workspace;

  /** Tiles up to which transforming the filters costs much beside using them: more than using them below 16, a tenth at 256. */
  private static final int SMALL_MAP = 128;

  /** Transformed filters that are worth keeping for small maps: those of wider layers take too much memory for what they save. */
  private static final long SMALL_FILTERS = 10L << 20;

  /** Filters as in the checkpoint: [panel][tap][input channel][column]. */
  private final float[] weights;

  /** Transformed filters for small maps, once they were needed and there was room. */
  private volatile @Nullable Tensor kept;

  private final float[] bias;

  private final float[] zeros = Tiles.packStarts(SLAB * Tiles.COLUMNS, o -> 0);

  SimdWinogradConvolution(ConvolutionParameters parameters, Workspace workspace) {
    this.p = parameters.withoutWeights();
    this.workspace = workspace;
    int in = p.inChannels();
    weights = new float[Tiles.panels(p.kernelChannels()) * panelWeights()];
    for (int o = 0; o < p.kernelChannels(); o++) {
      int at = o / Tiles.COLUMNS * panelWeights() + o % Tiles.COLUMNS;
      for (int tap = 0; tap < Winograd.TAPS; tap++) {
        for (int i = 0; i < in; i++) {
          weights[at + (tap * in + i) * Tiles.COLUMNS] = parameters.weight(o, i, tap / 3, tap % 3);
        }
      }
    }
    bias = p.biases();
  }

  private int panelWeights() {
    return Winograd.TAPS * p.inChannels() * Tiles.COLUMNS;
  }

  /** Transformed filters, (position, panel * input channel, column). */
  private Tensor transformFilters() {
    int panels = Tiles.panels(p.kernelChannels());
    int size = p.inChannels() * Tiles.COLUMNS; // of a panel at one position, or at one tap
    Tensor u = workspace.pool().take(Winograd.POSITIONS, panels * p.inChannels(), Tiles.COLUMNS);
    workspace
        .parallel()
        .forEach(
            panels,
            panel ->
                workspace
                    .scratch()
                    .get()
                    .filters()
                    .transform(
                        weights,
                        panel * panelWeights(),
                        size,
                        size,
                        u.data(),
                        panel * size,
                        panels * size));
    return u;
  }

  private @Nullable Tensor keptFilters(int tiles) {
    Tensor u = kept;
    if (u != null || tiles > SMALL_MAP) {
      return u;
    }
    return keep();
  }

  private synchronized @Nullable Tensor keep() {
    long bytes = (long) Winograd.POSITIONS * p.inChannels() * columns() * Float.BYTES;
    if (kept == null && bytes <= SMALL_FILTERS && workspace.reserve(bytes)) {
      kept = transformFilters();
    }
    return kept;
  }

  @Override
  public ConvolutionParameters parameters() {
    return p;
  }

  @Override
  public Tensor apply(Tensor x, Epilogue epilogue) {
    p.checkInput(x);
    OutputStore store = new OutputStore(p, x.height(), x.width(), epilogue, bias, workspace.pool());
    int tiles = Winograd.tiles(x.height()) * Winograd.tiles(x.width());
    boolean share = p.macs(x.height(), x.width()) >= CpuBackend.MACS_WORTH_SHARING;
    int block = Tiles.piece(tiles, BLOCK, share, workspace.parallel());
    Tensor known = keptFilters(tiles);
    Tensor filters = known != null ? known : transformFilters();
    workspace
        .parallel()
        .forEach(
            (tiles + block - 1) / block,
            share,
            i -> block(x, filters.data(), i * block, Math.min((i + 1) * block, tiles), store));
    if (known == null) {
      filters.close();
    }
    return store.output();
  }

  @Override
  public Tensor applyAt(Tensor x, int[] positions, int count, Activation activation) {
    throw new IllegalArgumentException("applyAt needs an unpadded convolution without shuffle");
  }

  /** Tiles {@code from .. to - 1}, numbered along the rows. */
  private void block(Tensor x, float[] filters, int from, int to, OutputStore store) {
    int in = p.inChannels();
    WinogradBlock b =
        new WinogradBlock(
            workspace.scratch().get(), to - from, in, Math.min(SLAB * Tiles.COLUMNS, columns()));
    int width = Winograd.tiles(x.width());
    for (int tile = from, n; tile < to; tile += n) {
      n = strip(tile, to, width);
      int top = tile / width * Winograd.STEP - 1;
      int left = tile % width * Winograd.STEP - 1;
      b.transformInput(x, top, left, n, tile - from);
    }
    int panels = Tiles.panels(p.kernelChannels());
    for (int panel = 0; panel < panels; panel += SLAB) {
      int n = Math.min(SLAB, panels - panel);
      b.multiply(filters, panels, panel, n, zeros);
      for (int k = 0; k < n; k++) {
        outputs(b, x, from, to, panel + k, k, store);
      }
    }
  }

  /** Transforms and stores one panel of output channels of tiles {@code from .. to - 1}. */
  private void outputs(
      WinogradBlock b, Tensor x, int from, int to, int panel, int inSlab, OutputStore store) {
    int width = Winograd.tiles(x.width());
    for (int tile = from, n; tile < to; tile += n) {
      n = strip(tile, to, width);
      float[] outputs = b.transformOutput(tile - from, n, inSlab);
      int top = tile / width * Winograd.STEP;
      int left = tile % width * Winograd.STEP;
      int rows = Math.min(Winograd.STEP, x.height() - top);
      for (int r = 0; r < rows; r++) {
        for (int s = 0; s < Math.min(Winograd.STEP, x.width() - left); s++) {
          int positions = Math.min(n, Winograd.tiles(x.width() - left - s));
          store.store(
              top + r,
              left + s,
              Winograd.STEP,
              positions,
              panel * Tiles.COLUMNS,
              Tiles.COLUMNS,
              outputs,
              (r * Winograd.STEP + s) * n * Tiles.COLUMNS,
              Tiles.COLUMNS);
        }
      }
    }
  }

  /** How many tiles from {@code tile} on lie in one row. */
  private static int strip(int tile, int to, int width) {
    return Math.min(WinogradBlock.STRIP, Math.min(to, (tile / width + 1) * width) - tile);
  }

  private int columns() {
    return Tiles.panels(p.kernelChannels()) * Tiles.COLUMNS;
  }
}
