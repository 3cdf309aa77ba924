package dev.facet.nn.onnx;

import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A network, or a part of one, for inputs of fixed shapes: what can be run on a backend, recorded as
 * a graph, and compared with the same graph elsewhere.
 *
 * @param name of the part, such as {@code g_s}
 * @param inputs in the order of the function's arguments
 * @param outputs names, in the order of the function's results
 * @param function from inputs to outputs, on the backend that the network was built for
 */
public record Network(
    String name, List<Port> inputs, List<String> outputs, UnaryOperator<List<Tensor>> function) {
  /** Copies the lists. */
  public Network {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * A tensor's name and shape (H, W, C); in ONNX (1, C, H, W).
   *
   * @param name as others will call it
   * @param height rows
   * @param width columns
   * @param channels channels
   */
  public record Port(String name, int height, int width, int channels) {}

  /** Builds a network on a backend. */
  @FunctionalInterface
  public interface Builder {
    /**
     * Builds the network.
     *
     * @throws IOException if its weights are missing, misshapen or cannot be read
     */
    Network on(Backend backend) throws IOException;
  }
}
