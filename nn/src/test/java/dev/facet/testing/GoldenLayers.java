package dev.facet.testing;

import dev.facet.nn.Backend;
import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.AttentionBlock;
import dev.facet.nn.layers.GdnLayer;
import dev.facet.nn.layers.Layer;
import dev.facet.nn.layers.MaskedConv2d;
import dev.facet.nn.layers.ResidualBlock;
import dev.facet.nn.layers.ResidualBlockUpsample;
import dev.facet.nn.layers.ResidualBlockWithStride;
import dev.facet.nn.layers.SubpelConv2d;
import dev.facet.nn.layers.Weights;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs convolutions, linear layers and the layers of dev.facet.nn.layers on a backend and compares
 * them with section D of the golden vectors.
 */
public final class GoldenLayers {
  private GoldenLayers() {}

  /**
   * Checks every case whose operation is known here.
   *
   * @return for each case its worst error, relative to the largest expected value
   * @throws AssertionError at the first case that fails
   */
  public static Map<String, Double> check(Backend backend) {
    Map<String, Double> errors = new TreeMap<>();
    for (GoldenCase golden : GoldenCase.all()) {
      double error =
          switch (golden.op()) {
            case "conv2d" -> convolution(backend, golden);
            case "linear" -> linear(backend, golden);
            default -> layer(backend, golden);
          };
      if (error >= 0) {
        errors.put(golden.name(), error);
      }
    }
    return errors;
  }

  /** The worst of the errors that {@link #check} found, for people. */
  public static String worst(Map<String, Double> errors) {
    Map.Entry<String, Double> worst =
        errors.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
    return "%d cases, worst error %.1e of the largest value in %s"
        .formatted(errors.size(), worst.getValue(), worst.getKey());
  }

  private static double convolution(Backend backend, GoldenCase g) {
    Convolution convolution =
        backend.convolution(
            parameters(g)
                .stride(g.integer("stride"))
                .padding(g.integer("padding"))
                .dilation(g.integer("dilation"))
                .groups(g.integer("groups"))
                .build());
    float[] actual = new float[g.tensor("out_f64").elements()];
    int batch = g.tensor("x").shape()[0];
    for (int n = 0; n < batch; n++) {
      float[] y = convolution.apply(g.image("x", n), Epilogue.NONE).toChw();
      System.arraycopy(y, 0, actual, n * y.length, y.length);
    }
    return g.check(actual);
  }

  /** A linear layer is a 1x1 convolution over a row of pixels, one for each input vector. */
  private static double linear(Backend backend, GoldenCase g) {
    int[] shape = g.tensor("x").shape();
    Tensor row = Tensor.of(1, shape[0], shape[1], g.floats("x"));
    return g.check(backend.convolution(parameters(g).build()).apply(row, Epilogue.NONE).data());
  }

  private static ConvolutionParameters.Builder parameters(GoldenCase g) {
    int[] shape = g.tensor("weight").shape();
    int height = shape.length == 4 ? shape[2] : 1;
    int width = shape.length == 4 ? shape[3] : 1;
    ConvolutionParameters.Builder builder =
        ConvolutionParameters.of(shape[0], shape[1], height, width, g.floats("weight"));
    return g.hasTensor("bias") ? builder.bias(g.floats("bias")) : builder;
  }

  /** The error of a layer; -1 if it is not of this package. */
  private static double layer(Backend backend, GoldenCase g) {
    try {
      Layer layer = layer(g, g.weights(backend));
      return layer == null ? -1 : g.check(layer.apply(g.image("x", 0)).toChw());
    } catch (CheckpointException e) {
      throw new AssertionError(e);
    }
  }

  private static @Nullable Layer layer(GoldenCase g, Weights w) throws CheckpointException {
    return switch (g.op()) {
      case "subpel_conv3x3" -> new SubpelConv2d(w, g.integer("r"));
      case "MaskedConv2d" -> {
        int padding = g.integer("padding");
        MaskedConv2d.Mask mask = MaskedConv2d.Mask.valueOf(g.text("mask"));
        yield new MaskedConv2d(w, mask, 2 * padding + 1, padding);
      }
      case "GDN" -> g.flag("inverse") ? GdnLayer.inverse(w) : GdnLayer.gdn(w);
      case "ResidualBlockWithStride" -> new ResidualBlockWithStride(w, g.integer("stride"));
      case "ResidualBlock" -> new ResidualBlock(w);
      case "ResidualBlockUpsample" -> new ResidualBlockUpsample(w);
      case "AttentionBlock" -> new AttentionBlock(w);
      default -> null;
    };
  }
}
