package dev.facet.nn.onnx;

import dev.facet.nn.onnx.Network.Port;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * A graph of ONNX operators of opset 17 over float32 tensors (1, C, H, W). Nodes are in an order in
 * which they can be computed.
 *
 * @param name of the graph
 * @param inputs what it takes
 * @param outputs what it gives
 * @param nodes operations
 * @param initializers weights and other constants
 */
public record OnnxGraph(
    String name,
    List<Port> inputs,
    List<Port> outputs,
    List<Node> nodes,
    List<Initializer> initializers) {
  /** The version of ONNX's operators that nodes refer to. */
  public static final int OPSET = 17;

  /** Copies the lists. */
  public OnnxGraph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
    initializers = List.copyOf(initializers);
  }

  /**
   * One operation with one output.
   *
   * @param operator ONNX's name: Conv, Add, ...
   * @param inputs names of values; empty for an optional input that is not given
   * @param output name of the node and of its value
   * @param attributes Long, Float, String or a list of Long, as ONNX's operator wants them
   */
  public record Node(
      String operator, List<String> inputs, String output, Map<String, Object> attributes) {
    /** Copies the collections. */
    public Node {
      inputs = List.copyOf(inputs);
      attributes = Map.copyOf(attributes);
    }
  }

  /** A named constant. */
  public sealed interface Initializer {
    /** How nodes call it. */
    String name();

    /** Sizes of the dimensions, as in ONNX: convolution weights are (O, I / groups, KH, KW). */
    List<Long> shape();

    /**
     * Weights.
     *
     * @param data row-major
     */
    record Floats(String name, List<Long> shape, float[] data) implements Initializer {}

    /** Sizes and positions, a vector. */
    record Integers(String name, List<Long> values) implements Initializer {
      @Override
      public List<Long> shape() {
        return List.of((long) values.size());
      }
    }
  }

  /** Weights, counted once each. */
  public long parameters() {
    return initializers.stream()
        .mapToLong(i -> i instanceof Initializer.Floats weights ? weights.data().length : 0)
        .sum();
  }

  /**
   * Writes the graph as an ONNX model with its weights inside.
   *
   * @param out stays open
   * @throws IllegalArgumentException if it would not fit into 2 GB, the limit of a protobuf message;
   *     nothing is written then
   * @throws IOException if the stream throws it
   */
  public void writeTo(OutputStream out) throws IOException {
    new OnnxWriter(this).writeTo(out);
  }
}
