package dev.facet.nn;

import org.jspecify.annotations.Nullable;

/** {@link GdnParameters} pixel by pixel. */
final class ScalarGdn implements Gdn {
  private final GdnParameters p;
  private final Parallel parallel;

  /** gamma transposed: [j][i] */
  private final float[][] rows;

  ScalarGdn(GdnParameters parameters, Parallel parallel) {
    this.p = parameters;
    this.parallel = parallel;
    int c = p.channels();
    rows = new float[c][c];
    for (int i = 0; i < c; i++) {
      for (int j = 0; j < c; j++) {
        rows[j][i] = p.gamma()[i * c + j];
      }
    }
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
    if (residual != null) {
      CpuBackend.requireSameShape("residual", x, residual);
    }
    Tensor y = Tensor.zeros(x.height(), x.width(), c);
    float[] after = residual == null ? null : residual.data();
    parallel.forEach(
        x.height(),
        row -> {
          float[] squares = new float[c];
          float[] norm = new float[c];
          for (int at = row * x.width() * c; at < (row + 1) * x.width() * c; at += c) {
            square(x.data(), at, squares);
            System.arraycopy(p.beta(), 0, norm, 0, c);
            ScalarChains.extend(norm, squares, 0, c, rows, 0);
            normalize(x.data(), at, norm, p.inverse(), after, y.data());
          }
        });
    return y;
  }

  private static void square(float[] x, int at, float[] squares) {
    for (int i = 0; i < squares.length; i++) {
      float v = x[at + i];
      squares[i] = v * v;
    }
  }

  private static void normalize(
      float[] x, int at, float[] norm, boolean inverse, float @Nullable [] residual, float[] y) {
    for (int i = 0; i < norm.length; i++) {
      float root = (float) Math.sqrt(norm[i]);
      float v = inverse ? x[at + i] * root : x[at + i] / root;
      y[at + i] = residual == null ? v : v + residual[at + i];
    }
  }
}
