package dev.facet.entropy;

import java.util.Locale;

/**
 * The learned cumulative distribution of each channel: sigmoid(L(x)), where L is a small monotonic
 * network of its own for each channel.
 *
 * <p>Layer i maps x to u = softplus(matrix_i) x + bias_i, and all layers but the last go on to u +
 * tanh(factor_i) tanh(u). Everything is double precision with {@link StrictMath}.
 */
final class FactorizedDensity {
  private final int channels;

  /** softplus(matrix), [layer][channel, out, in]. */
  private final double[][] weights;

  private final double[][] biases;

  /** tanh(factor), [layer][channel, out]. */
  private final double[][] gates;

  private final int widest;

  FactorizedDensity(int channels, float[][] matrices, float[][] biases, float[][] factors) {
    int layers = matrices.length;
    if (channels < 1 || layers < 1 || biases.length != layers || factors.length != layers - 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d channels, %d matrices, %d biases, %d factors",
              channels,
              layers,
              biases.length,
              factors.length));
    }
    this.channels = channels;
    this.weights = new double[layers][];
    this.biases = new double[layers][];
    this.gates = new double[layers - 1][];
    long in = 1;
    int max = 1;
    for (int i = 0; i < layers; i++) {
      int out = biases[i].length / channels;
      boolean last = i == layers - 1;
      if (out < 1
          || (long) channels * out != biases[i].length
          || channels * in * out != matrices[i].length
          || (last ? out != 1 : factors[i].length != biases[i].length)) {
        throw new IllegalArgumentException("The parameters of layer " + i + " do not fit together");
      }
      this.weights[i] = finite(matrices[i], "matrix", i);
      this.biases[i] = finite(biases[i], "bias", i);
      for (int k = 0; k < weights[i].length; k++) {
        weights[i][k] = softplus(weights[i][k]);
      }
      if (!last) {
        gates[i] = finite(factors[i], "factor", i);
        for (int k = 0; k < gates[i].length; k++) {
          gates[i][k] = StrictMath.tanh(gates[i][k]);
        }
      }
      in = out;
      max = Math.max(max, out);
    }
    widest = max;
  }

  private static double[] finite(float[] values, String name, int layer) {
    double[] copy = new double[values.length];
    for (int k = 0; k < values.length; k++) {
      if (!Float.isFinite(values[k])) {
        throw new IllegalArgumentException(name + layer + " holds " + values[k]);
      }
      copy[k] = values[k];
    }
    return copy;
  }

  int channels() {
    return channels;
  }

  /** Returns L(x): the logit of the cumulative distribution of a channel. */
  double logit(int channel, double x) {
    double[] from = new double[widest];
    double[] to = new double[widest];
    from[0] = x;
    int in = 1;
    for (int layer = 0; layer < weights.length; layer++) {
      int out = biases[layer].length / channels;
      for (int o = 0; o < out; o++) {
        int row = channel * out + o;
        double sum = 0;
        for (int i = 0; i < in; i++) {
          sum += weights[layer][row * in + i] * from[i];
        }
        sum += biases[layer][row];
        if (layer < gates.length) {
          sum += gates[layer][row] * StrictMath.tanh(sum);
        }
        to[o] = sum;
      }
      double[] swap = from;
      from = to;
      to = swap;
      in = out;
    }
    return from[0];
  }

  static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  /** log(1 + exp(x)), and x itself above 20, as in torch. */
  private static double softplus(double x) {
    return x > 20 ? x : StrictMath.log1p(StrictMath.exp(x));
  }
}
