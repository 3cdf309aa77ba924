package dev.facet.bench;

import dev.facet.nn.Parallel;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
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

/**
 * What the machine can multiply and add at most, the row {@code :gflop}, in GFLOP/s: chains of fma in registers, as many as hide the latency (two units, four or five
 * cycles) and fit into sixteen registers.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 5, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class PeakBenchmark {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;
  private static final int STEPS = 1 << 20;

  @Param({"1", "2"})
  public int threads;

  private Parallel parallel;
  private float[] results;

  /** Billions of floating-point operations. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Work {
    public double gflop;
  }

  /** Starts the threads. */
  @Setup
  public void setUp() {
    parallel = new Parallel(threads);
    results = new float[threads];
  }

  /** The chains, once on each thread. */
  @Benchmark
  public float[] fma(Work work) {
    work.gflop += 2e-9 * threads * CHAINS * STEPS * SPECIES.length();
    parallel.forEach(threads, i -> results[i] = chains(results.length * STEPS));
    return results;
  }

  private static float chains(int never) {
    FloatVector m = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector b = FloatVector.broadcast(SPECIES, 1e-3f);
    FloatVector a0 = FloatVector.broadcast(SPECIES, 0);
    FloatVector a1 = FloatVector.broadcast(SPECIES, 1);
    FloatVector a2 = FloatVector.broadcast(SPECIES, 2);
    FloatVector a3 = FloatVector.broadcast(SPECIES, 3);
    FloatVector a4 = FloatVector.broadcast(SPECIES, 4);
    FloatVector a5 = FloatVector.broadcast(SPECIES, 5);
    FloatVector a6 = FloatVector.broadcast(SPECIES, 6);
    FloatVector a7 = FloatVector.broadcast(SPECIES, 7);
    FloatVector a8 = FloatVector.broadcast(SPECIES, 8);
    FloatVector a9 = FloatVector.broadcast(SPECIES, 9);
    FloatVector a10 = FloatVector.broadcast(SPECIES, 10);
    FloatVector a11 = FloatVector.broadcast(SPECIES, 11);
    for (int i = 0; i < STEPS; i++) {
      if (i == never) {
        break; // so that C2 does not unroll, and put the steps of one chain behind each other
      }
      a0 = m.fma(b, a0);
      a1 = m.fma(b, a1);
      a2 = m.fma(b, a2);
      a3 = m.fma(b, a3);
      a4 = m.fma(b, a4);
      a5 = m.fma(b, a5);
      a6 = m.fma(b, a6);
      a7 = m.fma(b, a7);
      a8 = m.fma(b, a8);
      a9 = m.fma(b, a9);
      a10 = m.fma(b, a10);
      a11 = m.fma(b, a11);
    }
    FloatVector sum = a0.add(a1).add(a2).add(a3).add(a4).add(a5).add(a6).add(a7);
    return sum.add(a8).add(a9).add(a10).add(a11).reduceLanes(VectorOperators.ADD);
  }

  /** Stops the threads. */
  @TearDown
  public void tearDown() {
    parallel.close();
  }
}
