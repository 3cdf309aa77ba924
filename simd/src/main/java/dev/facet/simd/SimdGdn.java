package dev.facet.simd;

import dev.facet.nn.Gdn;
import dev.facet.nn.GdnParameters;
import dev.facet.nn.Parallel;
import dev.facet.nn.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/** {@link GdnParameters} with the norms as a register-tiled product of squares and gamma. */
final class SimdGdn implements Gdn {
  private static final int PIXELS = 16 * Tiles.ROWS;
  private static final int[] ONE_TAP = {0};

  private final GdnParameters p;
  private final Parallel parallel;
  private final float[] weights;
  private final float[] beta;

  SimdGdn(GdnParameters parameters, Parallel parallel) {
    this.p = parameters;
    this.parallel = parallel;
    int c = p.channels();
    weights = Tiles.pack(c, c, (j, i) -> p.gamma()[i * c + j]);
    beta = new float[Tiles.panels(c) * Tiles.COLUMNS];
    System.arraycopy(p.beta(), 0, beta, 0, c);
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
    Tensor y = Tensor.zeros(x.height(), x.width(), c);
    int pixels = x.height() * x.width();
    int piece = Tiles.piece(pixels, PIXELS, true, parallel);
    parallel.forEach(
        (pixels + piece - 1) / piece,
        i -> {
          float[] squares = new float[Tiles.ROWS * c];
          int stride = Tiles.panels(c) * Tiles.COLUMNS;
          float[] norms = new float[Tiles.ROWS * stride];
          int end = Math.min((i + 1) * piece, pixels);
          for (int pixel = i * piece; pixel < end; pixel += Tiles.ROWS) {
            int rows = Math.min(Tiles.ROWS, end - pixel);
            square(x.data(), pixel * c, rows * c, squares);
            for (int panel = 0; panel < Tiles.panels(c); panel++) {
              int at = panel * Tiles.COLUMNS;
              Tiles.run(
                  squares,
                  0,
                  c,
                  2 * c,
                  3 * c,
                  4 * c,
                  5 * c,
                  ONE_TAP,
                  0,
                  1,
                  c,
                  weights,
                  panel * c * Tiles.COLUMNS,
                  beta,
                  at,
                  0,
                  norms,
                  at,
                  stride);
            }
            for (int r = 0; r < rows; r++) {
              normalise(x.data(), (pixel + r) * c, norms, r * stride, residual, y.data());
            }
          }
        });
    return y;
  }

  private static void square(float[] x, int from, int n, float[] squares) {
    int i = 0;
    for (; i <= n - Simd.LANES; i += Simd.LANES) {
      FloatVector v = FloatVector.fromArray(Simd.F, x, from + i);
      v.mul(v).intoArray(squares, i);
    }
    for (; i < n; i++) {
      squares[i] = x[from + i] * x[from + i];
    }
  }

  private void normalise(
      float[] x, int at, float[] norms, int normsAt, @Nullable Tensor residual, float[] y) {
    int c = p.channels();
    for (int i = 0; i < c; i += Simd.LANES) {
      VectorMask<Float> in = Simd.tail(i, c);
      FloatVector v = FloatVector.fromArray(Simd.F, x, at + i, in);
      FloatVector root = FloatVector.fromArray(Simd.F, norms, normsAt + i, in).sqrt();
      v = p.inverse() ? v.mul(root) : v.div(root);
      if (residual != null) {
        v = v.add(FloatVector.fromArray(Simd.F, residual.data(), at + i, in));
      }
      v.intoArray(y, at + i, in);
    }
  }
}
