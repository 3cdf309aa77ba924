package dev.facet.bench;

import dev.facet.nn.MacCounter;
import dev.facet.nn.Tensor;
import dev.facet.nn.onnx.Network;
import dev.facet.nn.onnx.Network.Port;
import dev.facet.nn.onnx.OnnxRecorder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One network, the same inputs, several implementations. A row whose outputs differ from Facet's by more than {@link #TOLERANCE} of
 * their largest value fails instead of giving a time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 5, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public abstract class PeerBenchmark {
  static final double TOLERANCE = 1e-3;

  /** System property: false leaves the comparison out. */
  static final String COMPARE = "dev.facet.bench.compare";

  @Param({"facet", "onnxruntime", "pytorch"})
  public String peer = "";

  @Param({"1", "2"})
  public int threads;

  private Peer running;

  /** The network of a row. */
  abstract Network.Builder network() throws Exception;

  /** Opens the implementation and compares what it computes. */
  @Setup
  public void setUp() throws Exception {
    Network.Builder network = network();
    List<Tensor> inputs = inputs(OnnxRecorder.record(network).inputs());
    running = Peer.open(peer, network, inputs, threads);
    List<Tensor> actual = running.outputs();
    Figure.printChecksum(Checksum.of(actual.toArray(Tensor[]::new)));
    if (peer.equals("facet")) {
      Figure.print("work", gmac(network), "GMAC");
    } else if (!System.getProperty(COMPARE, "").equals("false")) {
      try (Peer facet = Peer.open("facet", network, inputs, threads)) {
        compare(facet.outputs(), actual);
      }
    }
  }

  private static List<Tensor> inputs(List<Port> ports) {
    Random random = new Random(1);
    List<Tensor> inputs = new ArrayList<>();
    for (Port port : ports) {
      Tensor x = Tensor.zeros(port.height(), port.width(), port.channels());
      for (int i = 0; i < x.data().length; i++) {
        x.data()[i] = (float) random.nextGaussian();
      }
      inputs.add(x);
    }
    return inputs;
  }

  /** Billions of multiply-adds, counted as direct summation. */
  static double gmac(Network.Builder builder) throws IOException {
    try (MacCounter counter = new MacCounter()) {
      Network network = builder.on(counter);
      network
          .function()
          .apply(
              network.inputs().stream()
                  .map(port -> Tensor.zeros(port.height(), port.width(), port.channels()))
                  .toList());
      return counter.take() * 1e-9;
    }
  }

  private void compare(List<Tensor> expected, List<Tensor> actual) {
    double worst = 0;
    for (int t = 0; t < expected.size(); t++) {
      float[] e = expected.get(t).data();
      float[] a = actual.get(t).data();
      double largest = 0;
      double difference = expected.get(t).sameShape(actual.get(t)) ? 0 : Double.NaN;
      for (int i = 0; i < e.length && !Double.isNaN(difference); i++) {
        largest = Math.max(largest, Math.abs(e[i]));
        difference = Math.max(difference, Math.abs((double) e[i] - a[i]));
      }
      worst = Math.max(worst, difference / largest);
    }
    System.out.printf(Locale.ROOT, "largest difference from Facet: %.1e%n", worst);
    if (!(worst <= TOLERANCE)) {
      throw new IllegalStateException(peer + " computes something else: difference " + worst);
    }
  }

  /** Once through the network. */
  @Benchmark
  public Object run() throws Exception {
    return running.run();
  }

  /** Closes the implementation. */
  @TearDown
  public void tearDown() throws Exception {
    running.close();
  }
}
