package dev.facet.simd;

import dev.facet.nn.Gdn;
import dev.facet.nn.GdnParameters;
import dev.facet.nn.Tensor;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** {@link GdnParameters} with the norms as a register-tiled product of squares and gamma. */
final class SimdGdn implements Gdn {
  private static final int PIXELS = 96;

  private final GdnParameters p;
  private final Workspace workspace;
  private final float[] weights;
  private final float[] beta;

  SimdGdn(GdnParameters parameters, Workspace workspace) {
    this.p = parameters;
    this.workspace = workspace;
    int c = p.channels();
    weights = Tiles.pack(c, c, (j, i) -> p.gamma()[i * c + j]);
    beta = Tiles.packStarts(c, i -> p.beta()[i]);
  }

  @Override
  public GdnParameters parameters() {
    return p;
  }

  @Override
  public Tensor apply(Tensor x, @Nullable Tensor residual) {
    int c = p.channels();
    if (x.channels() != c) {
      throw new IllegalArgumentException("GDN of " + c + " channels applied to " + x);
    }
    if (residual != null && !residual.sameShape(x)) {
      throw new IllegalArgumentException("residual " + residual + " for output " + x);
    }
    Tensor y = workspace.pool().take(x.height(), x.width(), c);
    int pixels = x.height() * x.width();
    int piece = Tiles.piece(pixels, PIXELS, true, workspace.parallel());
    workspace
        .parallel()
        .forEach(
            (pixels + piece - 1) / piece,
            i -> piece(x, residual, i * piece, Math.min(piece, pixels - i * piece), y));
    return y;
  }

  private void piece(Tensor x, @Nullable Tensor residual, int from, int count, Tensor y) {
    int c = p.channels();
    int rows = Tiles.padded(count);
    Scratch s = workspace.scratch().get();
    float[] squares = s.rows(rows * Tiles.STEPS);
    float[] norms = s.sums(rows * Tiles.panels(c) * Tiles.COLUMNS);
    int pass = Tiles.passSteps(c);
    for (int step = 0; step < c; step += pass) {
      int n = Math.min(pass, c - step);
      for (int i = 0; i < count; i++) {
        square(x.data(), (from + i) * c + step, n, squares, Tiles.rowIndex(i));
      }
      Tiles.multiply(
          squares,
          0,
          rows,
          n,
          weights,
          step * Tiles.COLUMNS,
          c * Tiles.COLUMNS,
          Tiles.panels(c),
          step == 0 ? beta : null,
          0,
          norms,
          0);
    }
    for (int i = 0; i < count; i++) {
      normalise(x.data(), (from + i) * c, norms, rows, i, residual, y.data());
    }
  }

  private static void square(float[] x, int from, int n, float[] squares, int to) {
    int i = 0;
    for (; i <= n - Simd.LANES; i += Simd.LANES) {
      FloatVector v = FloatVector.fromArray(Simd.F, x, from + i);
      v.mul(v).intoArray(squares, to + i);
    }
    for (; i < n; i++) {
      squares[to + i] = x[from + i] * x[from + i];
    }
  }

  private void normalise(
      float[] x, int at, float[] norms, int rows, int row, @Nullable Tensor residual, float[] y) {
    int c = p.channels();
    float[] r = residual == null ? null : residual.data();
    int i = 0;
    for (; i <= c - Simd.LANES; i += Simd.LANES) {
      FloatVector v = FloatVector.fromArray(Simd.F, x, at + i);
      FloatVector root = FloatVector.fromArray(Simd.F, norms, Tiles.sumIndex(rows, row, i)).sqrt();
      v = p.inverse() ? v.mul(root) : v.div(root);
      if (r != null) {
        v = v.add(FloatVector.fromArray(Simd.F, r, at + i));
      }
      v.intoArray(y, at + i);
    }
    for (; i < c; i++) {
      float root = (float) Math.sqrt(norms[Tiles.sumIndex(rows, row, i)]);
      float v = p.inverse() ? x[at + i] * root : x[at + i] / root;
      y[at + i] = r == null ? v : v + r[at + i];
    }
  }
}
