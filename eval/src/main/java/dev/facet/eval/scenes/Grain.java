package dev.facet.eval.scenes;

import java.util.SplittableRandom;

/** A tile of noise, made once: mean 0, deviation about 1, without a seam. */
final class Grain {
  private static final int SIZE = 256;
  private static final float[] FINE = new float[SIZE * SIZE];
  private static final float[] COARSE;

  static {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < FINE.length; i++) {
      FINE[i] = (float) random.nextGaussian();
    }
    float[] smooth = FINE;
    for (int pass = 0; pass < 3; pass++) {
      smooth = blurred(smooth, 3);
    }
    double sum = 0;
    for (float v : smooth) {
      sum += (double) v * v;
    }
    float scale = (float) (1 / Math.sqrt(sum / smooth.length));
    COARSE = new float[smooth.length];
    for (int i = 0; i < smooth.length; i++) {
      COARSE[i] = scale * smooth[i];
    }
  }

  private Grain() {}

  private static float[] blurred(float[] in, int radius) {
    float[] out = new float[in.length];
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        float sum = 0;
        for (int k = -radius; k <= radius; k++) {
          sum += in[index(x, y + k)] + in[index(x + k, y)];
        }
        out[y * SIZE + x] = sum / (4 * radius + 2);
      }
    }
    return out;
  }

  private static int index(int x, int y) {
    return (y & (SIZE - 1)) * SIZE + (x & (SIZE - 1));
  }

  /** Independent from cell to cell. */
  static float fine(int x, int y) {
    return FINE[index(x, y)];
  }

  /** Spots of about 8 cells. */
  static float coarse(int x, int y) {
    return COARSE[index(x, y)];
  }
}
