package dev.facet.nn;

import java.util.Arrays;

/**
 * {@link Backend#roiAlign}. Coordinates are computed in float, each operation rounded: box corner =
 * image corner * scale - offset, bin = side / bins, sample = corner + index * bin + (k + 0.5) * bin
 * / samples. A bin is one chain over its samples in raster order, each of which extends it by its
 * four neighbours (top left, top right, bottom left, bottom right) with {@code acc = fma(weight,
 * value, acc)} from +0 on, divided by the number of samples.
 */
final class ScalarRoiAlign {
  /** Adaptive sampling of a box that would need more than this in each bin is refused. */
  private static final long MAX_SAMPLES = 1 << 20;

  private final Tensor x;
  private final RoiAlign how;

  ScalarRoiAlign(Tensor x, RoiAlign how) {
    this.x = x;
    this.how = how;
  }

  Tensor apply(float[] boxes, Parallel parallel) {
    if (boxes.length % 4 != 0) {
      throw new IllegalArgumentException(boxes.length + " numbers are not boxes of four");
    }
    for (float v : boxes) {
      if (!Float.isFinite(v)) {
        throw new IllegalArgumentException("box corner " + v);
      }
    }
    if (x.height() < 1 || x.width() < 1) {
      throw new IllegalArgumentException("RoIAlign of " + x);
    }
    int n = boxes.length / 4;
    Tensor y = Tensor.zeros(Math.multiplyExact(n, how.height()), how.width(), x.channels());
    parallel.forEach(n, box -> align(boxes, box, y));
    return y;
  }

  private void align(float[] boxes, int box, Tensor y) {
    float left = corner(boxes[4 * box]);
    float top = corner(boxes[4 * box + 1]);
    float boxWidth = side(corner(boxes[4 * box + 2]) - left);
    float boxHeight = side(corner(boxes[4 * box + 3]) - top);
    float binHeight = boxHeight / how.height();
    float binWidth = boxWidth / how.width();
    int sampleRows = samples(binHeight);
    int sampleColumns = samples(binWidth);
    if ((long) sampleRows * sampleColumns > MAX_SAMPLES) {
      throw new IllegalArgumentException(
          "a box of " + boxHeight + " x " + boxWidth + " feature pixels needs too many samples");
    }
    float count = Math.max((float) sampleRows * sampleColumns, 1f);
    Bin bin = new Bin(x.channels());
    for (int by = 0; by < how.height(); by++) {
      for (int bx = 0; bx < how.width(); bx++) {
        Arrays.fill(bin.acc, 0f);
        for (int i = 0; i < sampleRows; i++) {
          float sy = top + by * binHeight + (i + 0.5f) * binHeight / sampleRows;
          for (int j = 0; j < sampleColumns; j++) {
            float sx = left + bx * binWidth + (j + 0.5f) * binWidth / sampleColumns;
            addSample(sy, sx, bin);
          }
        }
        int to = ((box * how.height() + by) * how.width() + bx) * x.channels();
        for (int c = 0; c < x.channels(); c++) {
          y.data()[to + c] = bin.acc[c] / count;
        }
      }
    }
  }

  private float corner(float imageCorner) {
    return imageCorner * how.spatialScale() - (how.aligned() ? 0.5f : 0f);
  }

  private float side(float length) {
    return how.aligned() ? length : Math.max(length, 1f);
  }

  private int samples(float bin) {
    return how.samplingRatio() > 0 ? how.samplingRatio() : Math.max((int) Math.ceil(bin), 0);
  }

  /** Adds the value between four pixels; nothing if the sample lies more than one pixel outside. */
  private void addSample(float sy, float sx, Bin bin) {
    if (sy < -1f || sy > x.height() || sx < -1f || sx > x.width()) {
      return;
    }
    float py = Math.min(Math.max(sy, 0f), x.height() - 1);
    float px = Math.min(Math.max(sx, 0f), x.width() - 1);
    int top = (int) py;
    int left = (int) px;
    int bottom = Math.min(top + 1, x.height() - 1);
    int right = Math.min(left + 1, x.width() - 1);
    float ly = py - top;
    float lx = px - left;
    float hy = 1f - ly;
    float hx = 1f - lx;
    bin.neighbour(0, hy * hx, x, top, left);
    bin.neighbour(1, hy * lx, x, top, right);
    bin.neighbour(2, ly * hx, x, bottom, left);
    bin.neighbour(3, ly * lx, x, bottom, right);
    ScalarChains.extend(bin.acc, bin.weights, 0, 4, bin.values, 0);
  }

  /** Working arrays of one bin. */
  private static final class Bin {
    final float[] acc;
    final float[] weights = new float[4];
    final float[][] values;

    Bin(int channels) {
      acc = new float[channels];
      values = new float[4][channels];
    }

    void neighbour(int i, float weight, Tensor x, int row, int column) {
      weights[i] = weight;
      System.arraycopy(x.data(), (row * x.width() + column) * acc.length, values[i], 0, acc.length);
    }
  }
}
