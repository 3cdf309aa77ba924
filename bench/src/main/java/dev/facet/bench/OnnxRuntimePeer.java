package dev.facet.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facet.nn.Tensor;
import dev.facet.nn.onnx.OnnxGraph;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** ONNX Runtime's processor provider with all graph optimisations. Its threads sleep between operations. */
final class OnnxRuntimePeer implements Peer {
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();

  OnnxRuntimePeer(OnnxGraph graph, List<Tensor> tensors, int threads)
      throws OrtException, IOException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    environment.setTelemetry(false);
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    graph.writeTo(model);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      session = environment.createSession(model.toByteArray(), options);
    }
    for (int i = 0; i < tensors.size(); i++) {
      Tensor x = tensors.get(i);
      FloatBuffer direct =
          ByteBuffer.allocateDirect(Float.BYTES * x.data().length)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer()
              .put(x.toChw())
              .flip();
      long[] shape = {1, x.channels(), x.height(), x.width()};
      inputs.put(graph.inputs().get(i).name(), OnnxTensor.createTensor(environment, direct, shape));
    }
  }

  static String version() {
    return OrtEnvironment.getEnvironment().getVersion();
  }

  @Override
  public Object run() throws OrtException {
    try (OrtSession.Result result = session.run(inputs)) {
      return result.size();
    }
  }

  @Override
  public List<Tensor> outputs() throws OrtException {
    List<Tensor> outputs = new ArrayList<>();
    try (OrtSession.Result result = session.run(inputs)) {
      for (Map.Entry<String, OnnxValue> output : result) {
        OnnxTensor value = (OnnxTensor) output.getValue();
        long[] shape = value.getInfo().getShape();
        float[] nchw = new float[value.getFloatBuffer().remaining()];
        value.getFloatBuffer().get(nchw);
        outputs.add(Tensor.fromChw((int) shape[1], (int) shape[2], (int) shape[3], nchw));
      }
    }
    return outputs;
  }

  @Override
  public void close() throws IOException {
    inputs.values().forEach(OnnxTensor::close);
    try {
      session.close();
    } catch (OrtException e) {
      throw new IOException("ONNX Runtime does not close its session", e);
    }
  }
}
