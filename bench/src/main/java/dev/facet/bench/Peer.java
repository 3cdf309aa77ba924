package dev.facet.bench;

import dev.facet.nn.Tensor;
import dev.facet.nn.onnx.Network;
import dev.facet.nn.onnx.OnnxGraph;
import dev.facet.nn.onnx.OnnxRecorder;
import java.io.IOException;
import java.util.List;

/**
 * One implementation, ready to run one network on inputs that it holds in its own layout: what a peer comparison times. All of
 * them run the graph that Facet's own run was recorded as.
 */
interface Peer extends AutoCloseable {
  /** Runs the network once. The result is released before the next run. */
  Object run() throws Exception;

  /** The outputs of another run, converted. */
  List<Tensor> outputs() throws Exception;

  /** Releases memory and threads. */
  @Override
  void close() throws IOException;

  /**
   * Opens an implementation.
   *
   * @param name facet, onnxruntime or pytorch
   * @param threads that one run may use
   */
  static Peer open(String name, Network.Builder network, List<Tensor> inputs, int threads)
      throws Exception {
    return switch (name) {
      case "facet" -> new FacetPeer(network, inputs, threads);
      case "onnxruntime" -> new OnnxRuntimePeer(graph(network), inputs, threads);
      case "pytorch" -> new PyTorchPeer(graph(network), inputs, threads);
      default -> throw new IllegalArgumentException("no peer " + name);
    };
  }

  private static OnnxGraph graph(Network.Builder network) throws IOException {
    return OnnxRecorder.record(network);
  }
}
