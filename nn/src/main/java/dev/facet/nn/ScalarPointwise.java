package dev.facet.nn;

/** Operations on single elements, single channels and single pixels. */
final class ScalarPointwise {
  private ScalarPointwise() {}

  static Tensor map(Tensor x, Pointwise function, Parallel parallel) {
    return rows(x, parallel, row -> each(row, function));
  }

  static Tensor activate(Tensor x, Activation activation, Parallel parallel) {
    return rows(x, parallel, row -> each(row, activation));
  }

  static Tensor prelu(Tensor x, float[] slopes, Parallel parallel) {
    int c = x.channels();
    if (slopes.length != c && slopes.length != 1) {
      throw new IllegalArgumentException(slopes.length + " slopes for " + x);
    }
    return rows(
        x,
        parallel,
        row -> {
          for (int i = 0; i < row.length; i++) {
            float slope = slopes[slopes.length == 1 ? 0 : i % c];
            row[i] = row[i] > 0 ? row[i] : slope * row[i];
          }
        });
  }

  static Tensor affineChannels(Tensor x, float[] scale, float[] shift, Parallel parallel) {
    int c = x.channels();
    if (scale.length != c || shift.length != c) {
      throw new IllegalArgumentException(
          scale.length + " factors and " + shift.length + " summands for " + x);
    }
    return pixels(x, parallel, pixel -> affine(pixel, scale, shift));
  }

  static Tensor softmax(Tensor x, Parallel parallel) {
    return pixels(x, parallel, ScalarPointwise::softmax);
  }

  private static void each(float[] row, Pointwise function) {
    for (int i = 0; i < row.length; i++) {
      row[i] = function.apply(row[i]);
    }
  }

  private static void each(float[] row, Activation activation) {
    for (int i = 0; i < row.length; i++) {
      row[i] = activation.apply(row[i]);
    }
  }

  private static void affine(float[] pixel, float[] scale, float[] shift) {
    for (int c = 0; c < pixel.length; c++) {
      pixel[c] = Fma.fma(pixel[c], scale[c], shift[c]);
    }
  }

  private static void softmax(float[] pixel) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float v : pixel) {
      largest = Math.max(largest, v);
    }
    float sum = 0f;
    for (int c = 0; c < pixel.length; c++) {
      pixel[c] = Elementary.expFullRange(pixel[c] - largest);
      sum += pixel[c];
    }
    for (int c = 0; c < pixel.length; c++) {
      pixel[c] /= sum;
    }
  }

  /** What happens to an array of elements, in place. */
  private interface Change {
    void apply(float[] elements);
  }

  /** A copy of x, changed row by row. */
  private static Tensor rows(Tensor x, Parallel parallel, Change change) {
    return pieces(x, parallel, x.width() * x.channels(), change);
  }

  /** A copy of x, changed pixel by pixel. */
  private static Tensor pixels(Tensor x, Parallel parallel, Change change) {
    return pieces(x, parallel, x.channels(), change);
  }

  private static Tensor pieces(Tensor x, Parallel parallel, int length, Change change) {
    Tensor y = Tensor.zeros(x.height(), x.width(), x.channels());
    int row = x.width() * x.channels();
    parallel.forEach(
        length == 0 ? 0 : x.height(),
        iy -> {
          float[] piece = new float[length];
          for (int at = iy * row; at < (iy + 1) * row; at += length) {
            System.arraycopy(x.data(), at, piece, 0, length);
            change.apply(piece);
            System.arraycopy(piece, 0, y.data(), at, length);
          }
        });
    return y;
  }
}
