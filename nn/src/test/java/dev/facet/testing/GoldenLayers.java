package dev.facet.testing;

import dev.facet.nn.Backend;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.layers.AttentionBlock;
import dev.facet.nn.layers.GdnLayer;
import dev.facet.nn.layers.Layer;
import dev.facet.nn.layers.MaskedConv2d;
import dev.facet.nn.layers.ResidualBlock;
import dev.facet.nn.layers.ResidualBlockUpsample;
import dev.facet.nn.layers.ResidualBlockWithStride;
import dev.facet.nn.layers.SubpelConv2d;
import dev.facet.nn.layers.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The convolutions and layers of golden section d, run on any backend. */
public final class GoldenLayers {
  /** Largest difference from the reference in float64, relative to the output's largest value. */
  public static final double TOLERANCE = 1e-5;

  private final Backend backend;
  private final Checkpoint tensors;
  private final Closeness closeness = new Closeness(TOLERANCE);

  private GoldenLayers(Backend backend, String file) {
    this.backend = backend;
    this.tensors = Golden.checkpoint("d/" + file);
  }

  /**
   * Checks all dense, grouped and dilated convolutions and linear layers.
   *
   * @return what was compared, for people
   */
  public static Closeness checkConvolutions(Backend backend) {
    return check(backend, "conv.safetensors");
  }

  /**
   * Checks all layers of package dev.facet.nn.layers.
   *
   * @return what was compared, for people
   */
  public static Closeness checkLayers(Backend backend) {
    return check(backend, "codec.safetensors");
  }

  private static Closeness check(Backend backend, String file) {
    GoldenLayers layers = new GoldenLayers(backend, file);
    for (Object entry : (List<?>) Golden.json("d/index.json").get("cases")) {
      Map<?, ?> test = (Map<?, ?>) entry;
      if (file.equals(test.get("file"))) {
        try {
          layers.check((String) test.get("name"), (String) test.get("op"), (Map<?, ?>) test.get("attrs"));
        } catch (CheckpointException e) {
          throw new AssertionError(e);
        }
      }
    }
    return layers.closeness;
  }

  private void check(String name, String op, Map<?, ?> attrs) throws CheckpointException {
    switch (op) {
      case "conv2d" -> convolution(name, attrs);
      case "linear" -> linear(name);
      // checked where they are implemented: the codec's tests, and the tests of transposed convolutions
      case "FeatureMixingBlock", "conv_transpose2d" -> {}
      default -> {
        Layer layer = layer(op, attrs, new Weights(backend, tensors).at(name + "/w"));
        closeness.compare(name, layer.apply(input(tensors.get(name + "/x"))), expected(name));
      }
    }
  }

  private static Layer layer(String op, Map<?, ?> attrs, Weights w) throws CheckpointException {
    return switch (op) {
      case "subpel_conv3x3" -> new SubpelConv2d(w, number(attrs, "r"));
      case "MaskedConv2d" -> {
        int padding = number(attrs, "padding");
        MaskedConv2d.Mask mask = MaskedConv2d.Mask.valueOf((String) attrs.get("mask"));
        yield new MaskedConv2d(w, mask, 2 * padding + 1, padding);
      }
      case "GDN" ->
          Boolean.TRUE.equals(attrs.get("inverse")) ? GdnLayer.inverse(w) : GdnLayer.gdn(w);
      case "ResidualBlockWithStride" -> new ResidualBlockWithStride(w, number(attrs, "stride"));
      case "ResidualBlock" -> new ResidualBlock(w);
      case "ResidualBlockUpsample" -> new ResidualBlockUpsample(w);
      case "AttentionBlock" -> new AttentionBlock(w);
      default -> throw new AssertionError("no layer for " + op);
    };
  }

  private void convolution(String name, Map<?, ?> attrs) throws CheckpointException {
    CheckpointTensor weight = tensors.get(name + "/weight");
    int[] shape = weight.shape();
    ConvolutionParameters.Builder builder =
        ConvolutionParameters.of(shape[0], shape[1], shape[2], shape[3], weight.floats())
            .stride(number(attrs, "stride"))
            .padding(number(attrs, "padding"))
            .dilation(number(attrs, "dilation"))
            .groups(number(attrs, "groups"));
    if (tensors.contains(name + "/bias")) {
      builder.bias(tensors.floats(name + "/bias", shape[0]));
    }
    var convolution = backend.convolution(builder.build());
    CheckpointTensor x = tensors.get(name + "/x");
    double[] expected = expected(name).doubles();
    int batch = x.shape()[0];
    for (int n = 0; n < batch; n++) {
      Tensor y = convolution.apply(input(x, n), Epilogue.NONE);
      int size = expected.length / batch;
      closeness.compare(
          name, y.toChw(), Arrays.copyOfRange(expected, n * size, (n + 1) * size));
    }
  }

  /** A linear layer is a 1x1 convolution over a row of pixels, one for each input vector. */
  private void linear(String name) throws CheckpointException {
    int[] shape = tensors.get(name + "/weight").shape();
    CheckpointTensor x = tensors.get(name + "/x");
    Tensor row = Tensor.of(1, x.shape()[0], x.shape()[1], x.floats());
    var convolution =
        backend.convolution(
            ConvolutionParameters.of(
                    shape[0], shape[1], 1, 1, tensors.floats(name + "/weight", shape))
                .bias(tensors.floats(name + "/bias", shape[0]))
                .build());
    closeness.compare(
        name, convolution.apply(row, Epilogue.NONE).data(), expected(name).doubles());
  }

  private CheckpointTensor expected(String name) throws CheckpointException {
    return tensors.get(name + "/out_f64");
  }

  /** A reference tensor of shape (C, H, W) or (1, C, H, W) in our order. */
  public static Tensor input(CheckpointTensor x) {
    return input(x, 0);
  }

  private static Tensor input(CheckpointTensor x, int n) {
    int[] shape = x.shape();
    int last = shape.length - 1;
    int size = shape[last - 2] * shape[last - 1] * shape[last];
    float[] chw = Arrays.copyOfRange(x.floats(), n * size, (n + 1) * size);
    return Tensor.fromChw(shape[last - 2], shape[last - 1], shape[last], chw);
  }

  private static int number(Map<?, ?> attrs, String name) {
    return ((Number) attrs.get(name)).intValue();
  }
}
