package dev.facet.bench;

import dev.facet.nn.Activation;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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

/** Convolutions by shape, in GFLOP/s: for Winograd those of direct summation, hence more than the machine's peak. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 5, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ConvolutionBenchmark {
  /** kernel, stride, input channels, output channels, side of the input, sub-pixel factor; with -p: 3-1-128-128-64-1. */
  @Param({
    "3,1,128,128,64,1",
    "3,1,192,192,64,1",
    "3,1,256,256,128,1",
    "3,1,128,512,64,2",
    "3,2,256,128,128,1",
    "5,2,256,256,128,1",
    "1,1,128,128,64,1"
  })
  public String shape = "";

  private final Epilogue epilogue = Epilogue.of(Activation.LEAKY_RELU);
  private Backend backend;
  private Convolution convolution;
  private Tensor input;

  /** Billions of floating-point operations, counted as direct summation: the row {@code :gflop} is GFLOP/s. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Work {
    public double gflop;
  }

  @Setup
  public void setUp() {
    int[] s = java.util.Arrays.stream(shape.split("\\D", -1)).mapToInt(Integer::parseInt).toArray();
    Random random = new Random(1);
    backend = Backends.open();
    ConvolutionParameters p =
        ConvolutionParameters.of(
                s[3], s[2], s[0], s[0], floats(random, s[3] * s[2] * s[0] * s[0], 0.05f))
            .stride(s[1])
            .padding(s[0] / 2)
            .subpixel(s[5])
            .build();
    convolution = backend.convolution(p);
    input = Tensor.of(s[4], s[4], s[2], floats(random, s[4] * s[4] * s[2], 1));
    System.out.println(backend.description());
  }

  private static float[] floats(Random random, int n, float scale) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (2 * random.nextFloat() - 1) * scale;
    }
    return values;
  }

  @Benchmark
  public Tensor convolve(Work work) {
    work.gflop += 2e-9 * convolution.parameters().macs(input.height(), input.width());
    return convolution.apply(input, epilogue);
  }

  @TearDown
  public void tearDown() {
    Figure.printChecksum(Checksum.of(convolution.apply(input, epilogue)));
    backend.close();
  }
}
