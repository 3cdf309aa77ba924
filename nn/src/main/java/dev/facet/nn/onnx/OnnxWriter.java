package dev.facet.nn.onnx;

import dev.facet.nn.onnx.Network.Port;
import dev.facet.nn.onnx.OnnxGraph.Initializer;
import dev.facet.nn.onnx.OnnxGraph.Node;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** The messages of onnx.proto that a graph of float32 tensors needs; numbers are its field numbers. */
final class OnnxWriter {
  /** onnx.proto: IR_VERSION of ONNX 1.12, which brought opset 17. */
  private static final int IR_VERSION = 8;

  /** TensorProto.DataType */
  private static final int FLOAT = 1;

  private static final int INT64 = 7;

  /** AttributeProto.AttributeType */
  private static final int ATTRIBUTE_FLOAT = 1;

  private static final int ATTRIBUTE_INT = 2;
  private static final int ATTRIBUTE_STRING = 3;
  private static final int ATTRIBUTE_INTS = 7;

  private final OnnxGraph graph;
  private final ProtobufMessage model;

  OnnxWriter(OnnxGraph graph) {
    this.graph = graph;
    this.model =
        new ProtobufMessage()
            .integer(1, IR_VERSION)
            .string(2, "facet")
            .message(7, graph())
            .message(8, new ProtobufMessage().string(1, "").integer(2, OnnxGraph.OPSET));
  }

  void writeTo(OutputStream out) throws IOException {
    if (model.size() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: takes %d bytes as ONNX, but a protobuf message ends at 2 GB: export a smaller part",
              graph.name(),
              model.size()));
    }
    model.writeTo(out);
  }

  private ProtobufMessage graph() {
    ProtobufMessage message = new ProtobufMessage();
    graph.nodes().forEach(node -> message.message(1, node(node)));
    message.string(2, graph.name());
    graph.initializers().forEach(weights -> message.message(5, tensor(weights)));
    graph.inputs().forEach(port -> message.message(11, valueInfo(port)));
    graph.outputs().forEach(port -> message.message(12, valueInfo(port)));
    return message;
  }

  private static ProtobufMessage node(Node node) {
    ProtobufMessage message = new ProtobufMessage();
    node.inputs().forEach(input -> message.string(1, input));
    message.string(2, node.output()).string(3, node.output()).string(4, node.operator());
    // sorted: the same graph gives the same bytes
    new TreeMap<>(node.attributes())
        .forEach((name, value) -> message.message(5, attribute(name, value)));
    return message;
  }

  private static ProtobufMessage attribute(String name, Object value) {
    ProtobufMessage message = new ProtobufMessage().string(1, name);
    return switch (value) {
      case Float f -> message.float32(2, f).integer(20, ATTRIBUTE_FLOAT);
      case Long i -> message.integer(3, i).integer(20, ATTRIBUTE_INT);
      case String s -> message.string(4, s).integer(20, ATTRIBUTE_STRING);
      case List<?> ints ->
          message
              .integers(8, ints.stream().map(Long.class::cast).toList())
              .integer(20, ATTRIBUTE_INTS);
      default -> throw new IllegalArgumentException("attribute " + name + " is " + value);
    };
  }

  private static ProtobufMessage tensor(Initializer initializer) {
    ProtobufMessage message = new ProtobufMessage().integers(1, initializer.shape());
    return switch (initializer) {
      case Initializer.Floats floats ->
          message.integer(2, FLOAT).string(8, floats.name()).rawFloats(9, floats.data());
      case Initializer.Integers integers ->
          message.integer(2, INT64).string(8, integers.name()).rawIntegers(9, integers.values());
    };
  }

  private static ProtobufMessage valueInfo(Port port) {
    ProtobufMessage shape = new ProtobufMessage();
    for (int side : new int[] {1, port.channels(), port.height(), port.width()}) {
      shape.message(1, new ProtobufMessage().integer(1, side));
    }
    ProtobufMessage tensorType = new ProtobufMessage().integer(1, FLOAT).message(2, shape);
    return new ProtobufMessage()
        .string(1, port.name())
        .message(2, new ProtobufMessage().message(1, tensorType));
  }
}
