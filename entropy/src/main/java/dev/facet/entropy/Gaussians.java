package dev.facet.entropy;

import dev.facet.nn.Tensor;

/** Predicted scales and means, each (positions, M). */
record Gaussians(float[] scales, float[] means) {
  /** Splits (H, W, 2M) parameters: scales first, means second (peers.md 1.4). */
  static Gaussians of(Tensor parameters) {
    int m = parameters.channels() / 2;
    int positions = parameters.height() * parameters.width();
    float[] scales = new float[positions * m];
    float[] means = new float[positions * m];
    for (int i = 0; i < positions; i++) {
      System.arraycopy(parameters.data(), 2 * i * m, scales, i * m, m);
      System.arraycopy(parameters.data(), (2 * i + 1) * m, means, i * m, m);
    }
    return new Gaussians(scales, means);
  }
}
