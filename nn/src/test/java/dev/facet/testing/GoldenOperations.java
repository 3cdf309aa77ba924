package dev.facet.testing;

import dev.facet.nn.Activation;
import dev.facet.nn.Backend;
import dev.facet.nn.BatchNorm;
import dev.facet.nn.Interpolation;
import dev.facet.nn.Pointwise;
import dev.facet.nn.Resize;
import dev.facet.nn.RoiAlign;
import dev.facet.nn.Tensor;
import dev.facet.nn.TransposedConvolutionParameters;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Runs the operations of vision networks on a backend and compares them with section D of the
 * golden vectors. Convolutions and the codec's blocks are compared elsewhere.
 */
public final class GoldenOperations {
  private GoldenOperations() {}

  /**
   * Checks every case whose operation is known here.
   *
   * @return for each operation, by the reference's name, its worst error as {@link
   *     GoldenCase#check} measures it
   * @throws AssertionError at the first case that fails
   */
  public static Map<String, Double> check(Backend backend) {
    Map<String, Double> worst = new TreeMap<>();
    for (GoldenCase golden : GoldenCase.all()) {
      result(backend, golden)
          .ifPresent(actual -> worst.merge(golden.op(), golden.check(actual), Math::max));
    }
    return worst;
  }

  /** The backend's result in the layout of the golden one; empty for operations of others. */
  private static Optional<float[]> result(Backend backend, GoldenCase g) {
    return switch (g.op()) {
      case "softmax", "round" -> Optional.of(flat(backend, g));
      case "roi_align" -> Optional.of(roiAlign(backend, g));
      default -> image(backend, g).map(Tensor::toChw);
    };
  }

  /** Operations on a tensor that is no image. */
  private static float[] flat(Backend backend, GoldenCase g) {
    int[] shape = g.tensor("x").shape();
    int last = shape[shape.length - 1];
    float[] data = g.floats("x");
    Tensor x = Tensor.of(data.length / last, 1, last, data);
    return (g.op().equals("round") ? backend.map(x, Pointwise.ROUND) : backend.softmax(x)).data();
  }

  private static Optional<Tensor> image(Backend backend, GoldenCase g) {
    return Optional.ofNullable(
        switch (g.op()) {
          case "relu" -> backend.activate(g.image("x", 0), Activation.RELU);
          case "leaky_relu_0.01" -> backend.activate(g.image("x", 0), Activation.LEAKY_RELU);
          case "leaky_relu_0.1" -> backend.prelu(g.image("x", 0), new float[] {0.1f});
          case "prelu" -> backend.prelu(g.image("x", 0), g.floats("weight"));
          case "sigmoid" -> backend.map(g.image("x", 0), Pointwise.SIGMOID);
          case "tanh" -> backend.map(g.image("x", 0), Pointwise.TANH);
          case "softplus" -> backend.map(g.image("x", 0), Pointwise.SOFTPLUS);
          case "exp" -> backend.map(g.image("x", 0), Pointwise.EXP);
          case "silu" -> backend.map(g.image("x", 0), Pointwise.SILU);
          case "conv_transpose2d" -> transposed(backend, g);
          case "max_pool2d" ->
              backend.maxPool(
                  g.image("x", 0),
                  g.integer("kernel"),
                  g.integer("stride"),
                  g.integer("padding"),
                  g.flag("ceil_mode"));
          case "adaptive_avg_pool2d" ->
              backend.adaptiveAveragePool(
                  g.image("x", 0), g.integer("output"), g.integer("output"));
          case "FrozenBatchNorm2d", "BatchNorm2d" -> batchNorm(backend, g);
          case "interpolate" -> backend.resize(g.image("x", 0), resize(g));
          case "pad" -> pad(backend, g);
          default -> null;
        });
  }

  private static Tensor transposed(Backend backend, GoldenCase g) {
    int[] shape = g.tensor("weight").shape();
    var parameters =
        TransposedConvolutionParameters.of(
                shape[0], shape[1], shape[2], shape[3], g.floats("weight"))
            .bias(g.floats("bias"))
            .stride(g.integer("stride"))
            .padding(g.integer("padding"))
            .outputPadding(g.integer("output_padding"))
            .build();
    return backend.transposedConvolution(parameters).apply(g.image("x", 0), Activation.IDENTITY);
  }

  private static Tensor batchNorm(Backend backend, GoldenCase g) {
    BatchNorm norm =
        BatchNorm.fold(
            g.floats("w.weight"),
            g.floats("w.bias"),
            g.floats("w.running_mean"),
            g.floats("w.running_var"),
            g.number("eps"));
    return backend.affineChannels(g.image("x", 0), norm.scale(), norm.shift());
  }

  private static Resize resize(GoldenCase g) {
    boolean corners = g.flag("align_corners");
    boolean antialias = g.flag("antialias");
    Interpolation mode =
        switch (g.text("mode")) {
          case "nearest" -> Interpolation.NEAREST;
          case "nearest-exact" -> Interpolation.NEAREST_EXACT;
          case "bilinear" ->
              corners
                  ? Interpolation.BILINEAR_CORNERS
                  : antialias ? Interpolation.BILINEAR_ANTIALIAS : Interpolation.BILINEAR;
          case "bicubic" ->
              corners
                  ? Interpolation.BICUBIC_CORNERS
                  : antialias ? Interpolation.BICUBIC_ANTIALIAS : Interpolation.BICUBIC;
          default -> throw new AssertionError("unknown mode in " + g.name());
        };
    if (g.has("size")) {
      float[] size = g.numbers("size");
      return Resize.to((int) size[0], (int) size[1], mode);
    }
    Resize scaled = Resize.by(g.number("scale_factor"), g.image("x", 0), mode);
    return g.flag("recompute_scale_factor") ? scaled.recomputed() : scaled;
  }

  private static Tensor pad(Backend backend, GoldenCase g) {
    Tensor x = g.image("x", 0);
    int top = g.integer("top");
    int bottom = g.integer("bottom");
    int left = g.integer("left");
    int right = g.integer("right");
    return g.text("mode").equals("reflect")
        ? backend.padReflect(x, top, bottom, left, right)
        : backend.pad(x, top, bottom, left, right);
  }

  /** Box by box, because each names its image of the batch. */
  private static float[] roiAlign(Backend backend, GoldenCase g) {
    float[] size = g.numbers("output");
    RoiAlign how =
        new RoiAlign(
            (int) size[0],
            (int) size[1],
            (float) g.number("spatial_scale"),
            Math.max(g.integer("sampling_ratio"), 0),
            g.flag("aligned"));
    float[] rois = g.floats("rois");
    int n = rois.length / 5;
    float[] out = new float[0];
    for (int i = 0; i < n; i++) {
      float[] box = Arrays.copyOfRange(rois, 5 * i + 1, 5 * i + 5);
      float[] bins = backend.roiAlign(g.image("x", (int) rois[5 * i]), box, how).toChw();
      if (i == 0) {
        out = new float[n * bins.length];
      }
      System.arraycopy(bins, 0, out, i * bins.length, bins.length);
    }
    return out;
  }
}
