package dev.facet.codec.internal;

import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/**
 * The weights of a {@link RandomModel}. Scales are chosen so that latents have a few units, all Gaussian tables are in use,
 * and some symbols escape.
 */
final class RandomWeights {
  private final Random random;
  private final List<CheckpointTensor> tensors = new ArrayList<>();

  private RandomWeights(long seed) {
    random = new Random(seed);
  }

  static Checkpoint lmsfc(RandomModel model) {
    int latent = model.latent();
    RandomWeights weights = new RandomWeights(model.seed());
    weights.bottleneck(latent);
    weights.analysis(model.features(), latent, model.hidden());
    weights.synthesis(model.features(), latent, model.hidden());
    weights.hyper(latent, model.context());
    if (model.context()) {
      weights.context(latent);
    }
    weights.gains(latent, model.gains());
    try {
      return Checkpoint.of("random weights " + model.seed(), weights.tensors);
    } catch (CheckpointException e) {
      throw new IllegalStateException("names of weights are unique", e);
    }
  }

  private void bottleneck(int m) {
    int[] widths = {1, 3, 3, 3, 3, 1};
    String at = "entropy_bottleneck.";
    for (int i = 0; i < 5; i++) {
      int in = widths[i];
      int out = widths[i + 1];
      add(at + "_matrix" + i, () -> (out == 1 ? -0.13 : -1.45) + 0.2 * signed(), m, out, in);
      add(at + "_bias" + i, () -> 0.5 * signed(), m, out, 1);
      if (i < 4) {
        add(at + "_factor" + i, () -> 0.3 * signed(), m, out, 1);
      }
    }
    float[] quantiles = new float[3 * m];
    for (int c = 0; c < m; c++) {
      float median = (float) (2 * signed());
      quantiles[3 * c] = (float) (median - 3 - 9 * random.nextDouble());
      quantiles[3 * c + 1] = median;
      quantiles[3 * c + 2] = (float) (median + 3 + 9 * random.nextDouble());
    }
    tensors.add(CheckpointTensor.ofFloats(at + "quantiles", quantiles, m, 1, 3));
  }

  private void analysis(int f, int m, int n) {
    String at = "g_a.";
    down(at + "p2Encoder.0", f, n);
    residual(at + "p2Encoder.1", n);
    down(at + "p3Encoder.0", n + f, n);
    attention(at + "p3Encoder.1", n);
    residual(at + "p3Encoder.2", n);
    down(at + "p4Encoder.0", n + f, n);
    residual(at + "p4Encoder.1", n);
    conv(at + "p5Encoder.0", n + f, m, 3, 3.2);
    attention(at + "p5Encoder.1", m);
  }

  private void synthesis(int f, int m, int n) {
    String at = "g_s.";
    attention(at + "decoder_attention", m);
    residual(at + "p2Decoder.0", m);
    up(at + "p2Decoder.1", m, n);
    residual(at + "p2Decoder.2", n);
    up(at + "p2Decoder.3", n, n);
    attention(at + "p2Decoder.4", n);
    residual(at + "p2Decoder.5", n);
    up(at + "p2Decoder.6", n, n);
    residual(at + "p2Decoder.7", n);
    conv(at + "p2Decoder.8.0", n, 4 * f, 3, 1.2);
    residual(at + "p3Decoder.0", m);
    up(at + "p3Decoder.1", m, n);
    residual(at + "p3Decoder.2", n);
    up(at + "p3Decoder.3", n, n);
    attention(at + "p3Decoder.4", n);
    residual(at + "p3Decoder.5", n);
    up(at + "p3Decoder.6", n, f);
    residual(at + "p4Decoder.0", m);
    up(at + "p4Decoder.1", m, n);
    residual(at + "p4Decoder.2", n);
    up(at + "p4Decoder.3", n, f);
    residual(at + "p5Decoder.0", m);
    up(at + "p5Decoder.1", m, f);
    for (String block : List.of("fmb23", "fmb34", "fmb45")) {
      conv(at + block + ".conv1.0", f, f, 5, 1.3);
      conv(at + block + ".conv2.0", 2 * f, f, 3, 1.0);
    }
  }

  private void hyper(int m, boolean context) {
    for (int i = 0; i < 10; i += 2) {
      conv("h_a." + i, m, m, 3, i == 8 ? 3.0 : 1.4);
    }
    int wide = 3 * m / 2;
    conv("h_s.0", m, m, 3, 1.9);
    conv("h_s.2.0", m, 4 * m, 3, 1.9);
    conv("h_s.4", m, wide, 3, 1.9);
    conv("h_s.6.0", wide, 4 * wide, 3, 1.9);
    if (context) {
      conv("h_s.8", wide, 2 * m, 3, 1.9);
    } else {
      gaussians("h_s.8", wide, m, 3);
    }
  }

  private void context(int m) {
    conv("context_prediction", m, 2 * m, 5, 1.0);
    conv("entropy_parameters.0", 4 * m, 10 * m / 3, 1, 1.4);
    conv("entropy_parameters.2", 10 * m / 3, 8 * m / 3, 1, 1.4);
    gaussians("entropy_parameters.4", 8 * m / 3, m, 1);
  }

  /** The layer that gives scales and means: scales from below the smallest table to beyond the largest. */
  private void gaussians(String key, int in, int m, int side) {
    int[] at = {0};
    int fanIn = in * side * side;
    int split = m * fanIn;
    add(
        key + ".weight",
        () -> Math.sqrt(3.0 / fanIn) * signed() * (at[0]++ < split ? 0.4 : 1.6),
        2 * m,
        in,
        side,
        side);
    int[] channel = {0};
    add(
        key + ".bias",
        () -> {
          double t = StrictMath.pow(random.nextDouble(), 2);
          return channel[0]++ < m ? 280 * t * t * t - 0.05 : 0.1 * signed();
        },
        2 * m);
  }

  private void gains(int m, int qualities) {
    if (qualities == 0) {
      return;
    }
    float[] gain = new float[qualities * m];
    float[] inverse = new float[qualities * m];
    for (int i = 0; i < gain.length; i++) {
      int row = i / m;
      double level = 0.4 * StrictMath.pow(1.7, row) * StrictMath.exp(0.3 * signed());
      gain[i] = (float) level;
      inverse[i] = (float) (StrictMath.exp(0.1 * signed()) / level);
    }
    tensors.add(CheckpointTensor.ofFloats("gain", gain, qualities, m));
    tensors.add(CheckpointTensor.ofFloats("inverse_gain", inverse, qualities, m));
  }

  private void residual(String key, int m) {
    conv(key + ".conv1", m, m, 3, 1.3);
    conv(key + ".conv2", m, m, 3, 0.7);
  }

  private void down(String key, int in, int out) {
    conv(key + ".conv1", in, out, 3, 1.3);
    conv(key + ".conv2", out, out, 3, 0.7);
    gdn(key + ".gdn", out);
    conv(key + ".skip", in, out, 1, 0.8);
  }

  private void up(String key, int in, int out) {
    conv(key + ".subpel_conv.0", in, 4 * out, 3, 1.2);
    conv(key + ".conv", out, out, 3, 0.45);
    gdn(key + ".igdn", out);
    conv(key + ".upsample.0", in, 4 * out, 3, 0.8);
  }

  private void attention(String key, int m) {
    for (String branch : List.of(".conv_a.", ".conv_b.")) {
      for (int i = 0; i < 3; i++) {
        conv(key + branch + i + ".conv.0", m, m / 2, 1, 1.4);
        conv(key + branch + i + ".conv.2", m / 2, m / 2, 3, 1.4);
        conv(key + branch + i + ".conv.4", m / 2, m, 1, 0.5);
      }
    }
    conv(key + ".conv_b.3", m, m, 1, 1.0);
  }

  private void gdn(String key, int c) {
    add(key + ".beta", () -> 1 + 0.3 * signed(), c);
    int[] at = {0};
    add(
        key + ".gamma",
        () -> {
          int i = at[0]++;
          // a quarter of the others are negative and meet the lower bound
          return i / c == i % c ? 0.35 + 0.1 * signed() : (random.nextDouble() - 0.25) * 0.05;
        },
        c,
        c);
  }

  private void conv(String key, int in, int out, int side, double gain) {
    double bound = Math.sqrt(3.0 / (in * side * side)) * gain;
    add(key + ".weight", () -> bound * signed(), out, in, side, side);
    add(key + ".bias", () -> 0.1 * signed(), out);
  }

  private double signed() {
    return 2 * random.nextDouble() - 1;
  }

  private void add(String key, DoubleSupplier value, int... shape) {
    float[] values = new float[IntStream.of(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value.getAsDouble();
    }
    tensors.add(CheckpointTensor.ofFloats(key, values, shape));
  }
}
