package dev.facet.nn.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.Activation;
import dev.facet.nn.Backend;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Epilogue;
import dev.facet.nn.GdnParameters;
import dev.facet.nn.Interpolation;
import dev.facet.nn.Pointwise;
import dev.facet.nn.Resize;
import dev.facet.nn.RoiAlign;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.nn.TransposedConvolutionParameters;
import dev.facet.nn.onnx.Network.Port;
import dev.facet.nn.onnx.OnnxGraph.Initializer;
import dev.facet.testing.OnnxRuntimeRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation as a graph: what ONNX Runtime computes is what {@link ScalarBackend} computes. */
class OnnxRecorderTest {
  private static final double TOLERANCE = 1e-4;
  private static final int C = 6;

  private final Random random = new Random(1);

  /** An operation on two tensors of shape (9, 11, 6). */
  interface Operation extends BiFunction<Backend, List<Tensor>, Tensor> {}

  static Stream<Arguments> operations() {
    List<Arguments> all = new ArrayList<>();
    add(all, "gate", (b, x) -> b.sigmoidGate(x.get(0), x.get(1), x.get(0)));
    add(all, "gain", (b, x) -> b.scaleChannels(x.get(0), ramp(C)));
    add(all, "affine", (b, x) -> b.affineChannels(x.get(0), ramp(C), ramp(C)));
    add(all, "concat", (b, x) -> b.concat(x.get(0), x.get(1)));
    add(all, "reflect", (b, x) -> b.padReflect(x.get(0), 1, 2, 3, 10));
    add(all, "pad", (b, x) -> b.pad(x.get(0), 1, 2, 3, 4));
    add(all, "negative pad", (b, x) -> b.pad(x.get(0), -1, 2, 3, -4));
    add(all, "crop", (b, x) -> b.crop(x.get(0), 1, 2, 7, 8));
    add(all, "whole crop", (b, x) -> b.crop(x.get(0), 0, 0, 9, 11));
    add(all, "subsample", (b, x) -> b.subsample(x.get(0)));
    add(all, "prelu", (b, x) -> b.prelu(x.get(0), ramp(C)));
    add(all, "prelu of one slope", (b, x) -> b.prelu(x.get(0), new float[] {0.3f}));
    add(all, "softmax", (b, x) -> b.softmax(x.get(0)));
    add(all, "max-pooling", (b, x) -> b.maxPool(x.get(0), 3, 2, 1, false));
    add(all, "max-pooling, ceil", (b, x) -> b.maxPool(x.get(0), 2, 2, 0, true));
    add(all, "average of all", (b, x) -> b.adaptiveAveragePool(x.get(0), 1, 1));
    add(all, "averages", (b, x) -> b.adaptiveAveragePool(x.get(0), 3, 11));
    for (boolean inverse : new boolean[] {false, true}) {
      GdnParameters p = new GdnParameters(positive(C), positive(C * C), inverse);
      add(all, "GDN, inverse " + inverse, (b, x) -> b.gdn(p).apply(x.get(0), null));
      add(all, "GDN plus, inverse " + inverse, (b, x) -> b.gdn(p).apply(x.get(0), x.get(1)));
    }
    for (Activation activation : Activation.values()) {
      add(all, activation.name(), (b, x) -> b.activate(x.get(0), activation));
    }
    for (Pointwise function : Pointwise.values()) {
      add(all, function.name(), (b, x) -> b.map(x.get(0), function));
    }
    for (Interpolation mode : Interpolation.values()) {
      if (!mode.name().endsWith("ANTIALIAS")) {
        for (int[] size : new int[][] {{18, 22}, {17, 21}, {5, 6}, {9, 11}}) {
          add(
              all,
              mode + " to " + size[0] + "x" + size[1],
              (b, x) -> b.resize(x.get(0), Resize.to(size[0], size[1], mode)));
        }
      }
    }
    add(
        all,
        "resize by a factor",
        (b, x) -> b.resize(x.get(0), Resize.by(1.25, x.get(0), Interpolation.BILINEAR)));
    convolutions(all);
    return all.stream();
  }

  private static void convolutions(List<Arguments> all) {
    // kernel, stride, padding, dilation, groups, taps, sub-pixel factor
    int[][] shapes = {
      {3, 1, 1, 1, 1, 9, 1},
      {5, 2, 2, 1, 1, 25, 1},
      {1, 2, 0, 1, 1, 1, 1},
      {3, 1, 2, 2, 1, 9, 1},
      {3, 1, 1, 1, 2, 9, 1},
      {5, 1, 2, 1, 1, 12, 1},
      {3, 1, 1, 1, 1, 9, 2},
      {3, 1, 1, 1, 1, 9, 3}
    };
    for (int[] s : shapes) {
      int out = 4 * s[6] * s[6];
      ConvolutionParameters p =
          ConvolutionParameters.of(
                  out, C / s[4], s[0], s[0], floats(2, out * C / s[4] * s[0] * s[0], 0.3f))
              .bias(floats(3, out, 1))
              .stride(s[1])
              .padding(s[2])
              .dilation(s[3])
              .groups(s[4])
              .taps(s[5])
              .subpixel(s[6])
              .build();
      add(
          all,
          "convolution " + IntStream.of(s).boxed().toList(),
          (b, x) -> b.convolution(p).apply(x.get(0), Epilogue.of(Activation.LEAKY_RELU)));
    }
    ConvolutionParameters same =
        ConvolutionParameters.of(C, C, 3, 3, floats(4, 9 * C * C, 0.3f)).padding(1).build();
    add(
        all,
        "residual before and after",
        (b, x) ->
            b.convolution(same).apply(x.get(0), new Epilogue(x.get(1), Activation.RELU, x.get(0))));
    for (int kernel : new int[] {2, 4, 5}) {
      TransposedConvolutionParameters p =
          TransposedConvolutionParameters.of(
                  C, 3, kernel, kernel, floats(5, 3 * C * kernel * kernel, 0.3f))
              .bias(floats(6, 3, 1))
              .stride(2)
              .padding(kernel == 2 ? 0 : 1)
              .build();
      add(
          all,
          "transposed convolution " + kernel,
          (b, x) -> b.transposedConvolution(p).apply(x.get(0), Activation.RELU));
    }
  }

  private static void add(List<Arguments> all, String name, Operation operation) {
    all.add(Arguments.of(name, operation));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void onnxRuntimeComputesTheSame(String name, Operation operation) throws IOException {
    Network.Builder builder = backend -> network(backend, operation);
    OnnxGraph graph = OnnxRecorder.record(builder);
    List<Tensor> inputs = List.of(tensor(9, 11, C), tensor(9, 11, C));
    Tensor actual =
        OnnxRuntimeRun.run(bytes(graph), Map.of("a", inputs.get(0), "b", inputs.get(1))).get("out");
    try (ScalarBackend backend = new ScalarBackend(1)) {
      Tensor expected = operation.apply(backend, inputs);
      assertThat(graph.outputs())
          .containsExactly(
              new Port("out", expected.height(), expected.width(), expected.channels()));
      assertThat(OnnxRuntimeRun.relativeError(expected, actual)).isLessThan(TOLERANCE);
    }
  }

  private static Network network(Backend backend, Operation operation) {
    return new Network(
        "test",
        List.of(new Port("a", 9, 11, C), new Port("b", 9, 11, C)),
        List.of("out"),
        x -> List.of(operation.apply(backend, x)));
  }

  @Test
  void fileHoldsTheGraph() throws IOException {
    float[] weight = floats(1, 8 * 2 * 9, 1);
    float[] bias = floats(2, 8, 1);
    ConvolutionParameters p =
        ConvolutionParameters.of(8, 2, 3, 3, weight).bias(bias).padding(1).subpixel(2).build();
    Network.Builder builder =
        backend -> {
          var convolution = backend.convolution(p);
          return new Network(
              "twice",
              List.of(new Port("x", 5, 7, 2)),
              List.of("y", "z"),
              x -> {
                Tensor y = convolution.apply(x.getFirst(), Epilogue.of(Activation.LEAKY_RELU));
                return List.of(y, convolution.apply(y, Epilogue.NONE));
              });
        };
    OnnxGraph graph = OnnxRecorder.record(builder);
    byte[] file = bytes(graph);
    assertThat(file).isEqualTo(bytes(OnnxRecorder.record(builder)));

    ProtobufInput model = ProtobufInput.parse(file);
    assertThat(model.integer(1)).as("IR version").isEqualTo(8);
    assertThat(model.message(8).integer(2)).as("opset").isEqualTo(17);
    ProtobufInput parsed = model.message(7);
    assertThat(parsed.string(2)).isEqualTo("twice");
    List<ProtobufInput> nodes = parsed.messages(1);
    assertThat(nodes.stream().map(node -> node.string(4)))
        .containsExactly(
            "Conv", "DepthToSpace", "LeakyRelu", "Conv", "DepthToSpace", "Identity", "Identity");
    // both applications share the weights
    assertThat(nodes.get(0).strings(1)).containsExactly("x", "weight_1", "bias_1");
    assertThat(nodes.get(3).strings(1)).containsExactly("LeakyRelu_1", "weight_1", "bias_1");
    Map<String, ProtobufInput> attributes = attributes(nodes.get(0));
    assertThat(attributes.keySet())
        .containsExactly("dilations", "group", "kernel_shape", "pads", "strides");
    assertThat(attributes.get("pads").packed(8)).containsExactly(1L, 1L, 1L, 1L);
    assertThat(attributes.get("group").integer(3)).isEqualTo(1);
    assertThat(attributes(nodes.get(1)).get("mode").string(4)).isEqualTo("CRD");
    assertThat(attributes(nodes.get(2)).get("alpha").float32(2)).isEqualTo(0.01f);

    List<ProtobufInput> tensors = parsed.messages(5);
    assertThat(tensors.stream().map(tensor -> tensor.string(8)))
        .containsExactly("weight_1", "bias_1");
    assertThat(tensors.getFirst().packed(1)).containsExactly(8L, 2L, 3L, 3L);
    // in the checkpoint's order, not in the one that kernels like
    float[] stored = new float[weight.length];
    tensors.getFirst().bytes(9).asFloatBuffer().get(stored);
    assertThat(stored).isEqualTo(weight);
    assertThat(shape(parsed.message(11))).containsExactly(1L, 2L, 5L, 7L);
    assertThat(parsed.messages(12).stream().map(port -> port.string(1))).containsExactly("y", "z");
    assertThat(shape(parsed.messages(12).getLast())).containsExactly(1L, 2L, 20L, 28L);
    assertThat(graph.parameters()).isEqualTo(weight.length + bias.length);
  }

  private static Map<String, ProtobufInput> attributes(ProtobufInput node) {
    Map<String, ProtobufInput> attributes = new LinkedHashMap<>();
    node.messages(5).forEach(attribute -> attributes.put(attribute.string(1), attribute));
    return attributes;
  }

  private static List<Long> shape(ProtobufInput valueInfo) {
    return valueInfo.message(2).message(1).message(2).messages(1).stream()
        .map(dimension -> dimension.integer(1))
        .toList();
  }

  @Test
  void whatDependsOnValuesIsRefused() {
    RoiAlign how = new RoiAlign(7, 7, 0.25f, 2, false);
    refused((b, x) -> b.roiAlign(x.get(0), new float[4], how), "RoIAlign depends on boxes");
    ConvolutionParameters p = ConvolutionParameters.of(C, C, 1, 1, floats(1, C * C, 1)).build();
    refused(
        (b, x) -> b.convolution(p).applyAt(x.get(0), new int[1], 1, Activation.IDENTITY),
        "single positions");
    refused((b, x) -> b.activate(x.get(0).copy(), Activation.RELU), "comes from no operation");
  }

  @Test
  void whatOnnxCannotSayIsRefused() {
    refused((b, x) -> b.padReflect(x.get(0), 9, 0, 0, 0), "too small for the border");
    refused((b, x) -> b.adaptiveAveragePool(x.get(0), 2, 2), "differ in size");
    refused(
        (b, x) -> b.resize(x.get(0), Resize.to(3, 3, Interpolation.BICUBIC_ANTIALIAS)),
        "BICUBIC_ANTIALIAS is not in ONNX opset 17");
    refused((b, x) -> b.scaleChannels(x.get(0), new float[C + 1]), "7 factors for");
  }

  private static void refused(Operation operation, String message) {
    assertThatThrownBy(() -> OnnxRecorder.record(backend -> network(backend, operation)))
        .isInstanceOfAny(IllegalArgumentException.class, UnsupportedOperationException.class)
        .hasMessageContaining(message);
  }

  @Test
  void largerThanProtobufAllows() {
    float[] shared = new float[1 << 20];
    List<Initializer> weights =
        Collections.nCopies(
            512, new Initializer.Floats("w", List.of((long) shared.length), shared));
    OnnxGraph graph = new OnnxGraph("huge", List.of(), List.of(), List.of(), weights);
    OutputStream untouched =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new AssertionError("something was written");
          }
        };
    assertThatThrownBy(() -> graph.writeTo(untouched))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("huge: takes 21\\d{8} bytes as ONNX, .* 2 GB.*");
  }

  private static byte[] bytes(OnnxGraph graph) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    graph.writeTo(out);
    return out.toByteArray();
  }

  private Tensor tensor(int height, int width, int channels) {
    float[] data = floats(random.nextLong(), height * width * channels, 3);
    return Tensor.of(height, width, channels, data);
  }

  private static float[] floats(long seed, int n, float scale) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (2 * random.nextFloat() - 1) * scale;
    }
    return values;
  }

  private static float[] positive(int n) {
    float[] values = floats(7, n, 0.5f);
    for (int i = 0; i < n; i++) {
      values[i] += 0.6f;
    }
    return values;
  }

  private static float[] ramp(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = 0.5f * i - 1;
    }
    return values;
  }
}
