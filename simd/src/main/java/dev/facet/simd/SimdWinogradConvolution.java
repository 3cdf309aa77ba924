package dev.facet.simd;

import dev.facet.nn.Activation;
import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.CpuBackend;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.Winograd;
import java.lang.ref.SoftReference;

/**
 * 3x3 convolution by {@link Winograd}: a block of tiles is transformed, then multiplied position by position with a slab of output
 * channels at a time, which is transformed back with bias and epilogue while it is in cache.
 */
final class SimdWinogradConvolution implements Convolution {
  /** Tiles per block: enough that reading all filters once pays, few enough for the second-level cache. */
  private static final int BLOCK = 6 * Tiles.ROWS;

  /** Panels per slab: about 128 output channels. */
  private static final int SLAB = Math.max(1, 128 / Tiles.COLUMNS);

  private static final int TAPS = 9;

  private final ConvolutionParameters p;
  private final Workspace workspace;

  /** Tiles from which on transforming the filters costs little beside using them. */
  private static final int TILES_WORTH_TRANSFORMING = 16;

  /** Filters as in the checkpoint: [panel][tap][input channel][column]. */
  private final float[] weights;

  /** Transformed filters for small maps. */
  private volatile SoftReference<Tensor> kept = new SoftReference<>(null);

  private final float[] bias;

  private final float[] zeros = Tiles.packStarts(SLAB * Tiles.COLUMNS, o -> 0);

  SimdWinogradConvolution(ConvolutionParameters parameters, Workspace workspace) {
    this.p = parameters.withoutWeights();
    this.workspace = workspace;
    int in = p.inChannels();
    weights = new float[Tiles.panels(p.kernelChannels()) * panelWeights()];
    for (int o = 0; o < p.kernelChannels(); o++) {
      int at = o / Tiles.COLUMNS * panelWeights() + o % Tiles.COLUMNS;
      for (int tap = 0; tap < TAPS; tap++) {
        for (int i = 0; i < in; i++) {
          weights[at + (tap * in + i) * Tiles.COLUMNS] = parameters.weight(o, i, tap / 3, tap % 3);
        }
      }
    }
    bias = new float[p.kernelChannels()];
    for (int o = 0; o < p.kernelChannels(); o++) {
      bias[o] = p.bias(o);
    }
  }

  private int panelWeights() {
    return TAPS * p.inChannels() * Tiles.COLUMNS;
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

  private Tensor keptFilters() {
    Tensor u = kept.get();
    if (u == null) {
      u = transformFilters();
      kept = new SoftReference<>(u);
    }
    return u;
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
    boolean transform = tiles >= TILES_WORTH_TRANSFORMING;
    Tensor filters = transform ? transformFilters() : keptFilters();
    workspace
        .parallel()
        .forEach(
            (tiles + block - 1) / block,
            share,
            i -> block(x, filters.data(), i * block, Math.min((i + 1) * block, tiles), store));
    if (transform) {
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
    for (int tile = from; tile < to; tile++) {
      int top = tile / width * Winograd.STEP - 1;
      int left = tile % width * Winograd.STEP - 1;
      b.transformInput(x, top, left, tile - from);
    }
    int panels = Tiles.panels(p.kernelChannels());
    for (int panel = 0; panel < panels; panel += SLAB) {
      b.multiply(filters, panels, panel, Math.min(SLAB, panels - panel), zeros);
      int first = panel * Tiles.COLUMNS;
      int channels = Math.min(SLAB * Tiles.COLUMNS, p.kernelChannels() - first);
      for (int tile = from; tile < to; tile++) {
        int top = tile / width * Winograd.STEP;
        int left = tile % width * Winograd.STEP;
        int rows = Math.min(Winograd.STEP, x.height() - top);
        int columns = Math.min(Winograd.STEP, x.width() - left);
        b.transformOutput(tile - from, first, channels, top, left, rows, columns, store);
      }
    }
  }

  private int columns() {
    return Tiles.panels(p.kernelChannels()) * Tiles.COLUMNS;
  }
}
