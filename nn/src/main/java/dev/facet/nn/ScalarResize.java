package dev.facet.nn;

/**
 * {@link Backend#resize}: along the rows first, then along the columns. Each value is one chain
 * {@code acc = fma(weight, input, acc)} that starts at +0 and ascends; a single input of weight 1
 * is copied.
 */
final class ScalarResize {
  private ScalarResize() {}

  static Tensor resize(Tensor x, Resize how, Parallel parallel, TensorPool pool) {
    if (x.height() < 1 || x.width() < 1) {
      throw new IllegalArgumentException("resize of " + x);
    }
    Interpolation mode = how.interpolation();
    ResizeTaps rows = ResizeTaps.of(mode, x.height(), how.height(), how.scaleY());
    ResizeTaps columns = ResizeTaps.of(mode, x.width(), how.width(), how.scaleX());
    boolean[] used = new boolean[x.height()];
    for (int oy = 0; oy < how.height(); oy++) {
      for (int iy : rows.index(oy)) {
        used[iy] = true;
      }
    }
    float[][] lines = new float[x.height()][];
    parallel.forEach(
        x.height(),
        iy -> {
          if (used[iy]) {
            lines[iy] = line(x, iy, columns, how.width());
          }
        });
    Tensor y = pool.take(how.height(), how.width(), x.channels());
    int length = how.width() * x.channels();
    parallel.forEach(
        how.height(),
        oy -> {
          int[] from = rows.index(oy);
          float[] to = lines[from[0]];
          if (!rows.copies(oy)) {
            float[][] inputs = new float[from.length][];
            for (int k = 0; k < from.length; k++) {
              inputs[k] = lines[from[k]];
            }
            to = new float[length];
            ScalarChains.extend(to, rows.weight(oy), 0, from.length, inputs, 0);
          }
          System.arraycopy(to, 0, y.data(), oy * length, length);
        });
    return y;
  }

  /** Row {@code iy} of x, resized to {@code width} columns. */
  private static float[] line(Tensor x, int iy, ResizeTaps columns, int width) {
    int c = x.channels();
    int row = iy * x.width();
    float[] to = new float[width * c];
    for (int ox = 0; ox < width; ox++) {
      int[] from = columns.index(ox);
      float[] weight = columns.weight(ox);
      if (columns.copies(ox)) {
        System.arraycopy(x.data(), (row + from[0]) * c, to, ox * c, c);
        continue;
      }
      for (int i = 0; i < c; i++) {
        float acc = 0f;
        for (int k = 0; k < from.length; k++) {
          acc = Fma.fma(weight[k], x.data()[(row + from[k]) * c + i], acc);
        }
        to[ox * c + i] = acc;
      }
    }
    return to;
  }
}
