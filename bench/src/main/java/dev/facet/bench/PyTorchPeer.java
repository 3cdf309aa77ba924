package dev.facet.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.pooling.Pool;
import dev.facet.nn.Tensor;
import dev.facet.nn.onnx.Network.Port;
import dev.facet.nn.onnx.OnnxGraph;
import dev.facet.nn.onnx.OnnxGraph.Initializer;
import dev.facet.nn.onnx.OnnxGraph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * LibTorch, one operation at a time as eager PyTorch runs a network, through DJL: its own convolutions (oneDNN) in its
 * own layout. Values are released behind their last use. The pixel shuffle is the reshape and transposition that defines it, since DJL does not offer
 * LibTorch's own; activations make new tensors.
 */
final class PyTorchPeer implements Peer {
  private static final String ENGINE = "PyTorch";

  private final NDManager manager;
  private final OnnxGraph graph;
  private final Map<String, NDArray> constants = new HashMap<>();
  private final Map<String, List<Long>> integers = new HashMap<>();

  /** Values that no node after the one of this index needs. */
  private final List<List<String>> dead = new ArrayList<>();

  PyTorchPeer(OnnxGraph graph, List<Tensor> inputs, int threads) {
    offline();
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    this.graph = graph;
    this.manager = NDManager.newBaseManager(Device.cpu(), ENGINE);
    for (Initializer initializer : graph.initializers()) {
      switch (initializer) {
        case Initializer.Floats weights ->
            constants.put(
                weights.name(),
                manager.create(
                    weights.data(),
                    new Shape(weights.shape().stream().mapToLong(Long::longValue).toArray())));
        case Initializer.Integers sizes -> integers.put(sizes.name(), sizes.values());
      }
    }
    for (int i = 0; i < inputs.size(); i++) {
      Tensor x = inputs.get(i);
      constants.put(
          graph.inputs().get(i).name(),
          manager.create(x.toChw(), new Shape(1, x.channels(), x.height(), x.width())));
    }
    findDead();
  }

  /** The native libraries come from the class path; nothing is fetched and nothing is reported. */
  private static void offline() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  static String version() {
    offline();
    return Engine.getEngine(ENGINE).getVersion();
  }

  private void findDead() {
    Map<String, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      dead.add(new ArrayList<>());
      lastUse.put(graph.nodes().get(i).output(), i);
      for (String input : graph.nodes().get(i).inputs()) {
        lastUse.put(input, i);
      }
    }
    List<String> outputs = graph.outputs().stream().map(Port::name).toList();
    lastUse.forEach((name, i) -> {
      boolean value =
          !name.isEmpty() && !constants.containsKey(name) && !integers.containsKey(name);
      if (value && !outputs.contains(name)) {
        dead.get(i).add(name);
      }
    });
  }

  @Override
  public Object run() {
    try (NDManager scope = manager.newSubManager()) {
      return evaluate(scope).size();
    }
  }

  @Override
  public List<Tensor> outputs() {
    List<Tensor> outputs = new ArrayList<>();
    try (NDManager scope = manager.newSubManager()) {
      for (NDArray output : evaluate(scope)) {
        Shape shape = output.getShape();
        outputs.add(
            Tensor.fromChw(
                (int) shape.get(1), (int) shape.get(2), (int) shape.get(3), output.toFloatArray()));
      }
    }
    return outputs;
  }

  private NDList evaluate(NDManager scope) {
    Map<String, NDArray> values = new HashMap<>(constants);
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      // what an operation makes on its way is released with it
      try (NDManager step = scope.newSubManager()) {
        // once each, though x * x names its input twice
        for (String name : new LinkedHashSet<>(node.inputs())) {
          if (values.containsKey(name)) {
            values.get(name).tempAttach(step);
          }
        }
        NDList inputs = new NDList();
        node.inputs().stream().map(values::get).filter(x -> x != null).forEach(inputs::add);
        NDArray result = compute(node, inputs);
        result.attach(scope);
        values.put(node.output(), result);
      }
      for (String name : dead.get(i)) {
        values.remove(name).close();
      }
    }
    NDList outputs = new NDList();
    graph.outputs().forEach(port -> outputs.add(values.get(port.name())));
    return outputs;
  }

  private NDArray compute(Node node, NDList inputs) {
    NDArray x = inputs.getFirst();
    return switch (node.operator()) {
      case "Conv" ->
          Conv2d.conv2d(
                  x,
                  inputs.get(1),
                  inputs.get(2),
                  shape(node, "strides"),
                  shape(node, "pads"),
                  shape(node, "dilations"),
                  ((Long) node.attributes().get("group")).intValue())
              .singletonOrThrow();
      case "DepthToSpace" -> pixelShuffle(x, (Long) node.attributes().get("blocksize"));
      case "Relu" -> x.getNDArrayInternal().relu();
      case "LeakyRelu" -> x.getNDArrayInternal().leakyRelu((Float) node.attributes().get("alpha"));
      case "Sigmoid" -> x.getNDArrayInternal().sigmoid();
      case "Sqrt" -> x.sqrt();
      case "Add" -> x.add(inputs.get(1));
      case "Mul" -> x.mul(inputs.get(1));
      case "Div" -> x.div(inputs.get(1));
      case "Concat" -> NDArrays.concat(inputs, 1);
      case "MaxPool" ->
          Pool.maxPool2d(
              x,
              shape(node, "kernel_shape"),
              shape(node, "strides"),
              shape(node, "pads"),
              node.attributes().get("ceil_mode").equals(1L));
      case "Resize" -> nearest(node, x);
      case "Pad" -> reflect(node, x);
      case "Slice" -> slice(node, x);
      // a view, so that closing the value it is of leaves it
      case "Identity" -> x.reshape(x.getShape());
      default -> throw new IllegalArgumentException(node.operator() + " has no row in PyTorch");
    };
  }

  /** The first two numbers: padding is the same on both sides. */
  @SuppressWarnings("unchecked") // a list attribute holds Long
  private static Shape shape(Node node, String attribute) {
    List<Long> numbers = (List<Long>) node.attributes().get(attribute);
    return new Shape(numbers.get(0), numbers.get(1));
  }

  private static NDArray pixelShuffle(NDArray x, long r) {
    Shape s = x.getShape();
    long channels = s.get(1) / (r * r);
    return x.reshape(1, channels, r, r, s.get(2), s.get(3))
        .transpose(0, 1, 4, 2, 5, 3)
        .reshape(1, channels, s.get(2) * r, s.get(3) * r);
  }

  /** Whole factors only, which is what a feature pyramid of an image of whole strides needs. */
  private NDArray nearest(Node node, NDArray x) {
    List<Long> sizes = integers.get(node.inputs().get(3));
    Shape from = x.getShape();
    if (!"nearest".equals(node.attributes().get("mode"))
        || sizes.get(2) % from.get(2) != 0
        || sizes.get(3) % from.get(3) != 0) {
      throw new IllegalArgumentException("resizing " + from + " to " + sizes);
    }
    return x.getNDArrayInternal().interpolation(new long[] {sizes.get(2), sizes.get(3)}, 0, false);
  }

  private NDArray reflect(Node node, NDArray x) {
    if (!"reflect".equals(node.attributes().get("mode"))) {
      throw new IllegalArgumentException("padding with " + node.attributes());
    }
    List<Long> pads = integers.get(node.inputs().get(1));
    NDArray rows = mirrored(x.getManager(), (int) x.getShape().get(2), pads.get(2), pads.get(6));
    NDArray columns = mirrored(x.getManager(), (int) x.getShape().get(3), pads.get(3), pads.get(7));
    return x.get(new NDIndex(":, :, {}", rows)).get(new NDIndex(":, :, :, {}", columns));
  }

  private static NDArray mirrored(NDManager manager, int side, long before, long after) {
    return manager.create(
        IntStream.range((int) -before, side + (int) after)
            .mapToLong(i -> i < 0 ? -i : i < side ? i : 2L * (side - 1) - i)
            .toArray());
  }

  private NDArray slice(Node node, NDArray x) {
    List<Long> from = integers.get(node.inputs().get(1));
    List<Long> to = integers.get(node.inputs().get(2));
    List<Long> step = integers.get(node.inputs().get(4));
    return x.get(
            new NDIndex()
                .addAllDim(2)
                .addSliceDim(from.get(0), to.get(0), step.get(0))
                .addSliceDim(from.get(1), to.get(1), step.get(1)))
        .duplicate();
  }

  @Override
  public void close() {
    manager.close();
  }
}
