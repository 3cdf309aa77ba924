package dev.facet.nn;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntUnaryOperator;

/**
 * What the backends on the JVM share: the thread pool and the operations that only move data, whose bits no arithmetic can
 * change.
 */
public abstract class CpuBackend implements Backend {
  /** Below this many multiply-adds, handing pieces to other threads costs more than it gains. */
  public static final long MACS_WORTH_SHARING = 1 << 18;

  /** An index that stands for zeros. */
  private static final int OUTSIDE = -1;

  private final Parallel parallel;
  private final TensorPool pool = new TensorPool();

  protected CpuBackend(int threads) {
    this.parallel = new Parallel(threads);
  }

  public final Parallel parallel() {
    return parallel;
  }

  /** The memory of closed tensors. */
  public final TensorPool pool() {
    return pool;
  }

  @Override
  public final int threads() {
    return parallel.threads();
  }

  /** For {@link #description}: the number of threads, and how fma runs unless by an instruction. */
  protected final String execution() {
    return String.format(
        Locale.ROOT,
        "%d thread%s%s",
        threads(),
        threads() == 1 ? "" : "s",
        Fma.HARDWARE ? "" : ", fma in double arithmetic");
  }

  @Override
  public Tensor concat(Tensor a, Tensor b) {
    if (a.height() != b.height() || a.width() != b.width()) {
      throw new IllegalArgumentException("concat of " + a + " and " + b);
    }
    int ca = a.channels();
    int cb = b.channels();
    Tensor y = pool.take(a.height(), a.width(), ca + cb);
    for (int i = 0; i < a.height() * a.width(); i++) {
      System.arraycopy(a.data(), i * ca, y.data(), i * (ca + cb), ca);
      System.arraycopy(b.data(), i * cb, y.data(), i * (ca + cb) + ca, cb);
    }
    return y;
  }

  @Override
  public Tensor padReflect(Tensor x, int top, int bottom, int left, int right) {
    return pick(
        x,
        indices(x.height() + top + bottom, i -> reflect(i - top, x.height())),
        indices(x.width() + left + right, i -> reflect(i - left, x.width())));
  }

  @Override
  public Tensor pad(Tensor x, int top, int bottom, int left, int right) {
    return pick(
        x,
        indices(x.height() + top + bottom, i -> i - top < x.height() ? i - top : OUTSIDE),
        indices(x.width() + left + right, i -> i - left < x.width() ? i - left : OUTSIDE));
  }

  @Override
  public Tensor crop(Tensor x, int top, int left, int height, int width) {
    if (top < 0 || left < 0 || top + height > x.height() || left + width > x.width()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "crop of %d x %d at (%d, %d) from %s", height, width, top, left, x));
    }
    return pick(x, indices(height, i -> top + i), indices(width, i -> left + i));
  }

  @Override
  public Tensor subsample(Tensor x) {
    return pick(
        x, indices((x.height() + 1) / 2, i -> 2 * i), indices((x.width() + 1) / 2, i -> 2 * i));
  }

  /** Pixel (i, j) of the result is pixel (rows[i], columns[j]) of x; zeros where one of them is negative. */
  protected Tensor pick(Tensor x, int[] rows, int[] columns) {
    int c = x.channels();
    Tensor y = pool.take(rows.length, columns.length, c);
    for (int oy = 0; oy < rows.length; oy++) {
      int at = oy * columns.length * c;
      if (rows[oy] < 0) {
        Arrays.fill(y.data(), at, at + columns.length * c, 0f);
        continue;
      }
      int row = rows[oy] * x.width();
      int run;
      for (int ox = 0; ox < columns.length; ox += run, at += run * c) {
        run = run(columns, ox);
        if (columns[ox] < 0) {
          Arrays.fill(y.data(), at, at + run * c, 0f);
        } else {
          System.arraycopy(x.data(), (row + columns[ox]) * c, y.data(), at, run * c);
        }
      }
    }
    return y;
  }

  /** How many columns from this one on are neighbours, or outside. */
  private static int run(int[] columns, int from) {
    int to = from + 1;
    while (to < columns.length
        && (columns[from] < 0 ? columns[to] < 0 : columns[to] == columns[from] + to - from)) {
      to++;
    }
    return to - from;
  }

  private static int[] indices(int n, IntUnaryOperator from) {
    if (n < 0) {
      throw new IllegalArgumentException("more is cut off than there is");
    }
    int[] indices = new int[n];
    Arrays.setAll(indices, from);
    return indices;
  }

  @Override
  public TransposedConvolution transposedConvolution(TransposedConvolutionParameters parameters) {
    return new SubpixelTransposedConvolution(parameters, this);
  }

  @Override
  public Tensor activate(Tensor x, Activation activation) {
    return ScalarPointwise.activate(x, activation, parallel);
  }

  @Override
  public Tensor map(Tensor x, Pointwise function) {
    return ScalarPointwise.map(x, function, parallel);
  }

  @Override
  public Tensor prelu(Tensor x, float[] slopes) {
    return ScalarPointwise.prelu(x, slopes, parallel);
  }

  @Override
  public Tensor softmax(Tensor x) {
    return ScalarPointwise.softmax(x, parallel);
  }

  @Override
  public Tensor affineChannels(Tensor x, float[] scale, float[] shift) {
    return ScalarPointwise.affineChannels(x, scale, shift, parallel);
  }

  @Override
  public Tensor maxPool(Tensor x, int kernel, int stride, int padding, boolean ceil) {
    return ScalarPooling.max(x, kernel, stride, padding, ceil, parallel, pool);
  }

  @Override
  public Tensor adaptiveAveragePool(Tensor x, int height, int width) {
    return ScalarPooling.adaptiveAverage(x, height, width, parallel);
  }

  @Override
  public Tensor resize(Tensor x, Resize how) {
    return ScalarResize.resize(x, how, parallel, pool);
  }

  @Override
  public Tensor roiAlign(Tensor x, float[] boxes, RoiAlign how) {
    return new ScalarRoiAlign(x, how).apply(boxes, parallel);
  }

  @Override
  public void close() {
    parallel.close();
  }

  /** x with {@code padding} zeros on each side; x itself if there are none. */
  public static Tensor padZero(Tensor x, int padding) {
    if (padding == 0) {
      return x;
    }
    int c = x.channels();
    Tensor y = Tensor.zeros(x.height() + 2 * padding, x.width() + 2 * padding, c);
    for (int row = 0; row < x.height(); row++) {
      System.arraycopy(
          x.data(),
          row * x.width() * c,
          y.data(),
          ((row + padding) * y.width() + padding) * c,
          x.width() * c);
    }
    return y;
  }

  /** Where position i of a line of length n, continued by mirroring at both ends, comes from. */
  private static int reflect(int i, int n) {
    if (n == 1) {
      return 0;
    }
    int period = 2 * (n - 1);
    int j = Math.floorMod(i, period);
    return j < n ? j : period - j;
  }

  /** Checks that shapes agree for a pointwise operation. */
  protected static void requireSameShape(String operation, Tensor a, Tensor b) {
    if (!a.sameShape(b)) {
      throw new IllegalArgumentException(operation + " of " + a + " and " + b);
    }
  }

  /** Gathers the 6x6 tile whose first pixel is (top, left), zeros outside x: [6 * row + column][channel]. */
  static void gatherTile(Tensor x, int top, int left, float[][] tile) {
    int c = x.channels();
    for (int r = 0; r < Winograd.TILE; r++) {
      for (int s = 0; s < Winograd.TILE; s++) {
        int y = top + r;
        int column = left + s;
        float[] to = tile[r * Winograd.TILE + s];
        if (y < 0 || y >= x.height() || column < 0 || column >= x.width()) {
          Arrays.fill(to, 0f);
        } else {
          System.arraycopy(x.data(), (y * x.width() + column) * c, to, 0, c);
        }
      }
    }
  }
}
