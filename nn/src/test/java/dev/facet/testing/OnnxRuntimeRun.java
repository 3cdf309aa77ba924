package dev.facet.testing;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facet.nn.Tensor;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Another implementation's opinion: an ONNX file run by ONNX Runtime. */
public final class OnnxRuntimeRun {
  private OnnxRuntimeRun() {}

  /**
   * Runs a model.
   *
   * @param model an ONNX file
   * @param inputs by name
   * @return its outputs, by name, in the model's order
   */
  public static Map<String, Tensor> run(byte[] model, Map<String, Tensor> inputs) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> fed = new LinkedHashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options)) {
        for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
          Tensor x = input.getValue();
          long[] shape = {1, x.channels(), x.height(), x.width()};
          FloatBuffer nchw = FloatBuffer.wrap(x.toChw());
          fed.put(input.getKey(), OnnxTensor.createTensor(environment, nchw, shape));
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        try (OrtSession.Result result = session.run(fed)) {
          for (Map.Entry<String, OnnxValue> output : result) {
            outputs.put(output.getKey(), tensor((OnnxTensor) output.getValue()));
          }
        }
        return outputs;
      }
    } catch (OrtException e) {
      throw new AssertionError(e);
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  private static Tensor tensor(OnnxTensor value) {
    long[] shape = value.getInfo().getShape();
    float[] nchw = new float[value.getFloatBuffer().remaining()];
    value.getFloatBuffer().get(nchw);
    return Tensor.fromChw((int) shape[1], (int) shape[2], (int) shape[3], nchw);
  }

  /** The largest difference, divided by the largest value of {@code expected}. */
  public static double relativeError(Tensor expected, Tensor actual) {
    if (!expected.sameShape(actual)) {
      throw new AssertionError(expected + " and " + actual);
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.data().length; i++) {
      double e = expected.data()[i];
      double d = Math.abs(e - actual.data()[i]);
      if (Double.isNaN(d)) {
        return Double.NaN;
      }
      largest = Math.max(largest, Math.abs(e));
      difference = Math.max(difference, d);
    }
    return largest == 0 ? difference : difference / largest;
  }
}
