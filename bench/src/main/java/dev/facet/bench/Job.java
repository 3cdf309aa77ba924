package dev.facet.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one fork measures.
 *
 * @param row the line of the table, together with the threads
 * @param side {@link #FACET} or one of {@link #PEERS}, of which a row has one or all; or {@link #REFERENCE}
 * @param jvmArgs besides those of all forks
 * @param brief whether a short report has it
 */
record Job(
    String row,
    int threads,
    String side,
    Class<?> benchmark,
    String method,
    Map<String, String> parameters,
    Timing timing,
    List<String> jvmArgs,
    boolean brief) {
  static final String FACET = "facet";
  static final String ONNX_RUNTIME = "onnxruntime";
  static final String PYTORCH = "pytorch";
  static final List<String> PEERS = List.of(ONNX_RUNTIME, PYTORCH);

  /** The published implementation, in a Python process. */
  static final String REFERENCE = "reference";

  /** A JVM argument: the scalar backend, as it runs where there is no incubator module. */
  static final String SCALAR = "-Ddev.facet.backend=scalar";

  /**
   * How long a fork runs.
   *
   * @param millis of an iteration, which has one call at least
   * @param seconds that a fork takes, roughly: for the time left, until one has been seen
   */
  record Timing(int warmups, int iterations, int millis, int seconds) {}

  Job inShort() {
    return new Job(row, threads, side, benchmark, method, parameters, timing, jvmArgs, true);
  }

  Job with(String jvmArg) {
    return new Job(
        row, threads, side, benchmark, method, parameters, timing, List.of(jvmArg), brief);
  }

  /** What is computed: the same for jobs that differ in threads or backend alone, whose results are the same bits. */
  String work() {
    Map<String, String> what = new TreeMap<>(parameters);
    what.remove("threads");
    return benchmark.getName() + "." + method + what;
  }

  /** The same in all rounds. */
  String key() {
    return row + ", " + threads + (threads == 1 ? " thread, " : " threads, ") + side;
  }
}
