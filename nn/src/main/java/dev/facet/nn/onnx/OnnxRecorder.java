package dev.facet.nn.onnx;

import dev.facet.nn.Activation;
import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.CpuBackend;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Gdn;
import dev.facet.nn.GdnParameters;
import dev.facet.nn.Interpolation;
import dev.facet.nn.Pointwise;
import dev.facet.nn.Resize;
import dev.facet.nn.RoiAlign;
import dev.facet.nn.Tensor;
import dev.facet.nn.onnx.Network.Port;
import dev.facet.nn.onnx.OnnxGraph.Initializer;
import dev.facet.nn.onnx.OnnxGraph.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A backend that writes down what a network does instead of computing it: each operation becomes the
 * ONNX operators (opset 17) that define it, in the field's layout (1, C, H, W). Tensors have their right
 * shapes; their values mean nothing. Convolutions appear as direct ones, since which algorithm computes them is each
 * runtime's own affair; transposed convolutions as the sub-pixel convolutions that define them.
 *
 * <p>What depends on values has no place in a graph and is refused: {@link #roiAlign}, {@link Convolution#applyAt}. For one thread.
 */
public final class OnnxRecorder extends CpuBackend {
  /** The constant of {@link Interpolation#BICUBIC}. */
  private static final float CUBIC_A = -0.75f;

  /** Which value a tensor stands for. Tensors are equal if they are the same; one that nobody holds is never asked for again. */
  private final Map<Tensor, String> values = new WeakHashMap<>();

  private final List<Node> nodes = new ArrayList<>();
  private final List<Initializer> initializers = new ArrayList<>();
  private final Map<String, Integer> counts = new HashMap<>();

  private OnnxRecorder() {
    super(1);
  }

  /**
   * Builds the network on a recorder, runs it once and returns what it did.
   *
   * @throws IOException if its weights cannot be read
   * @throws IllegalArgumentException if shapes do not fit, or an operation cannot be said in ONNX
   * @throws UnsupportedOperationException if the network does what depends on values
   */
  public static OnnxGraph record(Network.Builder builder) throws IOException {
    try (OnnxRecorder recorder = new OnnxRecorder()) {
      Network network = builder.on(recorder);
      List<Tensor> inputs = new ArrayList<>();
      for (Port port : network.inputs()) {
        Tensor input = Tensor.zeros(port.height(), port.width(), port.channels());
        recorder.values.put(input, port.name());
        inputs.add(input);
      }
      List<Tensor> results = network.function().apply(inputs);
      List<Port> outputs = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        Tensor result = results.get(i);
        String name = network.outputs().get(i);
        recorder.nodes.add(new Node("Identity", List.of(recorder.value(result)), name, Map.of()));
        outputs.add(new Port(name, result.height(), result.width(), result.channels()));
      }
      return new OnnxGraph(
          network.name(), network.inputs(), outputs, recorder.nodes, recorder.initializers);
    }
  }

  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public String description() {
    return "records operations as ONNX";
  }

  @Override
  public int vectorBits() {
    return 0;
  }

  @Override
  public Convolution convolution(ConvolutionParameters parameters) {
    return new RecordedConvolution(parameters);
  }

  @Override
  public Gdn gdn(GdnParameters parameters) {
    return new RecordedGdn(parameters);
  }

  @Override
  public Tensor sigmoidGate(Tensor x, Tensor a, Tensor b) {
    requireSameShape("gate", x, a);
    requireSameShape("gate", x, b);
    return add(x, pointwise("Mul", a, value(pointwise("Sigmoid", b))));
  }

  @Override
  public Tensor scaleChannels(Tensor x, float[] factors) {
    return pointwise("Mul", x, perChannel(x, "factors", factors));
  }

  @Override
  public Tensor affineChannels(Tensor x, float[] scale, float[] shift) {
    return pointwise("Add", scaleChannels(x, scale), perChannel(x, "shift", shift));
  }

  @Override
  public Tensor concat(Tensor a, Tensor b) {
    return node("Concat", super.concat(a, b), Map.of("axis", 1L), value(a), value(b));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the border is as wide as the inside: there ONNX does not go on reflecting
   */
  @Override
  public Tensor padReflect(Tensor x, int top, int bottom, int left, int right) {
    if (Math.max(top, bottom) >= x.height() || Math.max(left, right) >= x.width()) {
      throw new IllegalArgumentException(
          x + " is too small for the border that it gets in an ONNX graph: choose a larger shape");
    }
    return pad(
        x, super.padReflect(x, top, bottom, left, right), "reflect", top, bottom, left, right);
  }

  @Override
  public Tensor pad(Tensor x, int top, int bottom, int left, int right) {
    return pad(x, super.pad(x, top, bottom, left, right), "constant", top, bottom, left, right);
  }

  private Tensor pad(
      Tensor x, Tensor result, String mode, int top, int bottom, int left, int right) {
    return node(
        "Pad",
        result,
        Map.of("mode", mode),
        value(x),
        integers(0, 0, top, left, 0, 0, bottom, right));
  }

  @Override
  public Tensor crop(Tensor x, int top, int left, int height, int width) {
    Tensor result = super.crop(x, top, left, height, width);
    return result.sameShape(x) ? x : slice(x, result, top, left, top + height, left + width, 1);
  }

  @Override
  public Tensor subsample(Tensor x) {
    return slice(x, super.subsample(x), 0, 0, x.height(), x.width(), 2);
  }

  private Tensor slice(
      Tensor x, Tensor result, int top, int left, int bottom, int right, int step) {
    return node(
        "Slice",
        result,
        Map.of(),
        value(x),
        integers(top, left),
        integers(bottom, right),
        integers(2, 3),
        integers(step, step));
  }

  @Override
  public Tensor activate(Tensor x, Activation activation) {
    return switch (activation) {
      case IDENTITY -> x;
      case RELU -> pointwise("Relu", x);
      case LEAKY_RELU ->
          node("LeakyRelu", like(x), Map.of("alpha", Activation.LEAKY_SLOPE), value(x));
    };
  }

  @Override
  public Tensor map(Tensor x, Pointwise function) {
    return switch (function) {
      case SIGMOID -> pointwise("Sigmoid", x);
      case TANH -> pointwise("Tanh", x);
      case SOFTPLUS -> pointwise("Softplus", x);
      case SILU -> pointwise("Mul", x, value(pointwise("Sigmoid", x)));
      case EXP -> pointwise("Exp", x);
      case ROUND -> pointwise("Round", x);
    };
  }

  @Override
  public Tensor prelu(Tensor x, float[] slopes) {
    float[] each = slopes.length == 1 ? filled(x.channels(), slopes[0]) : slopes;
    return pointwise("PRelu", x, perChannel(x, "slopes", each));
  }

  @Override
  public Tensor softmax(Tensor x) {
    return node("Softmax", like(x), Map.of("axis", 1L), value(x));
  }

  @Override
  public Tensor maxPool(Tensor x, int kernel, int stride, int padding, boolean ceil) {
    return node(
        "MaxPool",
        super.maxPool(x, kernel, stride, padding, ceil),
        Map.of(
            "kernel_shape", List.of((long) kernel, (long) kernel),
            "strides", List.of((long) stride, (long) stride),
            "pads", List.of((long) padding, (long) padding, (long) padding, (long) padding),
            "ceil_mode", ceil ? 1L : 0L),
        value(x));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if windows differ in size, which ONNX cannot say
   */
  @Override
  public Tensor adaptiveAveragePool(Tensor x, int height, int width) {
    Tensor result = super.adaptiveAveragePool(x, height, width);
    if (x.height() % height != 0 || x.width() % width != 0) {
      throw new IllegalArgumentException(
          "windows that average " + x + " to " + height + " x " + width + " differ in size");
    }
    List<Long> window = List.of((long) x.height() / height, (long) x.width() / width);
    return node("AveragePool", result, Map.of("kernel_shape", window, "strides", window), value(x));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the mode is antialiased, which opset 17 cannot say, or the scale gives another size in ONNX
   */
  @Override
  public Tensor resize(Tensor x, Resize how) {
    Tensor result = super.resize(x, how);
    Map<String, Object> mode =
        switch (how.interpolation()) {
          case NEAREST -> resizeMode("nearest", "asymmetric");
          case NEAREST_EXACT -> resizeMode("nearest", "half_pixel");
          case BILINEAR -> resizeMode("linear", "half_pixel");
          case BILINEAR_CORNERS -> resizeMode("linear", "align_corners");
          case BICUBIC -> resizeMode("cubic", "half_pixel");
          case BICUBIC_CORNERS -> resizeMode("cubic", "align_corners");
          case BILINEAR_ANTIALIAS, BICUBIC_ANTIALIAS ->
              throw new IllegalArgumentException(
                  "resizing with "
                      + how.interpolation()
                      + " is not in ONNX opset "
                      + OnnxGraph.OPSET);
        };
    if (how.scaleY() == 0 && how.scaleX() == 0) {
      String sizes = integers(1, x.channels(), how.height(), how.width());
      return node("Resize", result, mode, value(x), "", "", sizes);
    }
    float scaleY = scale(how.scaleY(), how.height(), x.height());
    float scaleX = scale(how.scaleX(), how.width(), x.width());
    String scales = floats("scales", new float[] {1, 1, scaleY, scaleX}, 4);
    return node("Resize", result, mode, value(x), "", scales);
  }

  private static Map<String, Object> resizeMode(String mode, String coordinates) {
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("mode", mode);
    attributes.put("coordinate_transformation_mode", coordinates);
    attributes.put("cubic_coeff_a", CUBIC_A);
    // with half_pixel, pixel floor((i + 1/2) * step) is what position (i + 1/2) * step - 1/2 is
    // rounded to, halves upwards
    attributes.put(
        "nearest_mode", coordinates.equals("asymmetric") ? "floor" : "round_prefer_ceil");
    return attributes;
  }

  private static float scale(double scale, int to, int from) {
    float rounded = (float) (scale == 0 ? (double) to / from : scale);
    if ((int) Math.floor(from * rounded) != to) {
      throw new IllegalArgumentException(
          "resizing " + from + " to " + to + " by " + scale + " cannot be said in ONNX");
    }
    return rounded;
  }

  /**
   * Refused: boxes are values.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public Tensor roiAlign(Tensor x, float[] boxes, RoiAlign how) {
    throw new UnsupportedOperationException("RoIAlign depends on boxes, which no graph knows");
  }

  private String value(Tensor x) {
    String name = values.get(x);
    if (name == null) {
      throw new IllegalArgumentException(x + " comes from no operation of this backend");
    }
    return name;
  }

  private Tensor node(
      String operator, Tensor result, Map<String, Object> attributes, String... inputs) {
    String output = fresh(operator);
    nodes.add(new Node(operator, Arrays.asList(inputs), output, attributes));
    values.put(result, output);
    return result;
  }

  /** A node without attributes whose result has the shape of x, its first input. */
  private Tensor pointwise(String operator, Tensor x, String... others) {
    List<String> inputs = new ArrayList<>(List.of(value(x)));
    inputs.addAll(Arrays.asList(others));
    return node(operator, like(x), Map.of(), inputs.toArray(String[]::new));
  }

  private Tensor add(Tensor x, @Nullable Tensor summand) {
    if (summand == null) {
      return x;
    }
    requireSameShape("sum", x, summand);
    return pointwise("Add", x, value(summand));
  }

  private static Tensor like(Tensor x) {
    return Tensor.zeros(x.height(), x.width(), x.channels());
  }

  private String fresh(String kind) {
    return kind + "_" + counts.merge(kind, 1, Integer::sum);
  }

  private String perChannel(Tensor x, String kind, float[] data) {
    if (data.length != x.channels()) {
      throw new IllegalArgumentException(data.length + " " + kind + " for " + x);
    }
    return floats(kind, data, data.length, 1, 1);
  }

  private String floats(String kind, float[] data, long... shape) {
    String name = fresh(kind);
    initializers.add(new Initializer.Floats(name, LongStream.of(shape).boxed().toList(), data));
    return name;
  }

  private String integers(long... data) {
    String name = fresh("integers");
    initializers.add(new Initializer.Integers(name, LongStream.of(data).boxed().toList()));
    return name;
  }

  private static float[] filled(int n, float value) {
    float[] all = new float[n];
    Arrays.fill(all, value);
    return all;
  }

  /** Conv, and after it DepthToSpace and the epilogue where there are such. */
  private final class RecordedConvolution implements Convolution {
    private final ConvolutionParameters p;
    private @Nullable String weight;
    private @Nullable String bias;

    RecordedConvolution(ConvolutionParameters parameters) {
      this.p = parameters;
    }

    @Override
    public ConvolutionParameters parameters() {
      return p;
    }

    @Override
    public Tensor apply(Tensor x, Epilogue epilogue) {
      p.checkInput(x);
      int r = p.subpixel();
      int height = p.gridHeight(x.height());
      int width = p.gridWidth(x.width());
      long padding = p.padding();
      Tensor y =
          node(
              "Conv",
              Tensor.zeros(height, width, p.kernelChannels()),
              Map.of(
                  "kernel_shape", List.of((long) p.kernelHeight(), (long) p.kernelWidth()),
                  "strides", List.of((long) p.stride(), (long) p.stride()),
                  "pads", List.of(padding, padding, padding, padding),
                  "dilations", List.of((long) p.dilation(), (long) p.dilation()),
                  "group", (long) p.groups()),
              value(x),
              weight(),
              bias());
      if (r > 1) {
        Tensor shuffled = Tensor.zeros(r * height, r * width, p.outChannels());
        y = node("DepthToSpace", shuffled, Map.of("blocksize", (long) r, "mode", "CRD"), value(y));
      }
      return add(activate(add(y, epilogue.before()), epilogue.activation()), epilogue.after());
    }

    /** Weights become initializers when they are first used, and are shared from then on. */
    private String weight() {
      String known = weight;
      if (known == null) {
        known =
            floats(
                "weight",
                weights(),
                p.kernelChannels(),
                p.groupChannels(),
                p.kernelHeight(),
                p.kernelWidth());
        weight = known;
      }
      return known;
    }

    private String bias() {
      String known = bias;
      if (known == null) {
        float[] data = new float[p.kernelChannels()];
        for (int row = 0; row < data.length; row++) {
          data[row] = p.bias(stored(row));
        }
        known = floats("bias", data, data.length);
        bias = known;
      }
      return known;
    }

    /** (O, I / groups, KH, KW) in the checkpoint's order, with zeros where a mask cuts the kernel off. */
    private float[] weights() {
      int area = p.kernelHeight() * p.kernelWidth();
      float[] data = new float[p.kernelChannels() * p.groupChannels() * area];
      int at = 0;
      for (int row = 0; row < p.kernelChannels(); row++) {
        for (int in = 0; in < p.groupChannels(); in++) {
          for (int tap = 0; tap < area; tap++, at++) {
            if (tap < p.taps()) {
              data[at] = p.weight(stored(row), in, tap / p.kernelWidth(), tap % p.kernelWidth());
            }
          }
        }
      }
      return data;
    }

    /** Where the checkpoint's channel (c, a, b) is stored: at (a, b, c). */
    private int stored(int row) {
      int r2 = p.subpixel() * p.subpixel();
      return row % r2 * p.outChannels() + row / r2;
    }

    @Override
    public Tensor applyAt(Tensor x, int[] positions, int count, Activation activation) {
      throw new UnsupportedOperationException(
          "a convolution at single positions is a loop over symbols, which no graph knows");
    }
  }

  /** x / sqrt(conv1x1(x * x)), or times for the inverse. */
  private final class RecordedGdn implements Gdn {
    private final GdnParameters p;
    private final Convolution norm;

    RecordedGdn(GdnParameters parameters) {
      this.p = parameters;
      int c = p.channels();
      norm = convolution(ConvolutionParameters.of(c, c, 1, 1, p.gamma()).bias(p.beta()).build());
    }

    @Override
    public GdnParameters parameters() {
      return p;
    }

    @Override
    public Tensor apply(Tensor x, @Nullable Tensor residual) {
      Tensor squares = pointwise("Mul", x, value(x));
      Tensor root = pointwise("Sqrt", norm.apply(squares, Epilogue.NONE));
      return add(pointwise(p.inverse() ? "Mul" : "Div", x, value(root)), residual);
    }
  }
}
