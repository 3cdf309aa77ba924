package dev.facet.bench;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
import dev.facet.nn.onnx.Network;
import java.io.IOException;
import java.util.List;

/** Facet itself, on the backend that the JVM's properties choose. */
final class FacetPeer implements Peer {
  private final Backend backend;
  private final Network network;
  private final List<Tensor> inputs;

  FacetPeer(Network.Builder builder, List<Tensor> inputs, int threads) throws IOException {
    System.setProperty(Backends.THREADS_PROPERTY, Integer.toString(threads));
    this.backend = Backends.open();
    this.network = builder.on(backend);
    this.inputs = inputs;
  }

  @Override
  public Object run() {
    List<Tensor> outputs = outputs();
    outputs.forEach(Tensor::close);
    return outputs.size();
  }

  @Override
  public List<Tensor> outputs() {
    return network.function().apply(inputs);
  }

  @Override
  public void close() {
    backend.close();
  }
}
