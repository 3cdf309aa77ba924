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
    parallel.forEach(
        x.height(),
        row -> {
          float[] squares = new float[c];
          float[] norm = new float[c];
          for (int pixel = row * x.width(); pixel < (row + 1) * x.width(); pixel++) {
            for (int i = 0; i < c; i++) {
              float v = x.data()[pixel * c + i];
              squares[i] = v * v;
            }
            System.arraycopy(p.beta(), 0, norm, 0, c);
            ScalarChains.extend(norm, squares, 0, c, rows, 0);
            for (int i = 0; i < c; i++) {
              int index = pixel * c + i;
              float root = (float) Math.sqrt(norm[i]);
              float v = p.inverse() ? x.data()[index] * root : x.data()[index] / root;
              y.data()[index] = residual == null ? v : v + residual.data()[index];
            }
          }
        });
    return y;
  }
}
