package dev.facet.bench;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs a {@link Job} once, in a JVM that JMH forks. */
final class Fork {
  /** A fork that takes longer hangs, and is ended. */
  private static final int MINUTES = 6;

  private static final String INCUBATOR = "--add-modules=jdk.incubator.vector";
  private static final Pattern FAILURE =
      Pattern.compile("(?m)^(?:Caused by: )?(?:[\\w$]+\\.)+(?<what>[\\w$]+(?:Exception|Error).*)$");
  private static final int LONGEST_REASON = 160;
  private static final int LINES = 12;

  private Fork() {}

  /**
   * Runs a job.
   *
   * @param jvmArgs of all forks
   * @return with its failure, if it fails
   * @throws RunnerException if JMH does not start at all: another one runs on this machine
   */
  static Measurement run(Job job, int round, List<String> jvmArgs) throws RunnerException {
    long start = System.nanoTime();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream out = System.out;
    PrintStream err = System.err;
    Collection<RunResult> results;
    try (PrintStream capture = new PrintStream(text, true, StandardCharsets.UTF_8);
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor()) {
      System.setOut(capture);
      System.setErr(capture);
      watch.schedule(Fork::endDescendants, MINUTES, TimeUnit.MINUTES);
      try {
        results = new Runner(options(job, round, jvmArgs).build()).run();
      } finally {
        System.setOut(out);
        System.setErr(err);
        watch.shutdownNow();
      }
    }
    double seconds = 1e-9 * (System.nanoTime() - start);
    String output = text.toString(StandardCharsets.UTF_8);
    if (results.isEmpty()) {
      Matcher matcher = FAILURE.matcher(output);
      output
          .substring(matcher.find() ? matcher.start() : 0)
          .lines()
          .limit(LINES)
          .forEach(err::println);
      return new Measurement(job.key(), round, seconds, reason(output), List.of());
    }
    List<Figure> figures = new ArrayList<>();
    RunResult result = results.iterator().next();
    figures.add(score(result));
    figures.addAll(Figure.in(output));
    allocated(result).ifPresent(bytes -> figures.add(Figure.of("allocated", 1e-6 * bytes, "MB")));
    return new Measurement(job.key(), round, seconds, "", figures);
  }

  private static ChainedOptionsBuilder options(Job job, int round, List<String> jvmArgs) {
    ChainedOptionsBuilder builder =
        new OptionsBuilder()
            .include("^" + Pattern.quote(job.benchmark().getName() + "." + job.method()) + "$")
            .forks(1)
            .warmupForks(0)
            .warmupIterations(job.timing().warmups())
            .warmupTime(TimeValue.milliseconds(job.timing().millis()))
            .measurementIterations(job.timing().iterations())
            .measurementTime(TimeValue.milliseconds(job.timing().millis()))
            .jvmArgs(jvmArgs(job, round, jvmArgs).toArray(String[]::new))
            // instead of the annotations'
            .jvmArgsAppend();
    if (job.benchmark() == LmsfcBenchmark.class) {
      builder.addProfiler(GCProfiler.class);
    }
    for (Map.Entry<String, String> parameter : job.parameters().entrySet()) {
      builder.param(parameter.getKey(), parameter.getValue());
    }
    return builder;
  }

  private static List<String> jvmArgs(Job job, int round, List<String> jvmArgs) {
    List<String> all = new ArrayList<>(jvmArgs);
    all.addAll(job.jvmArgs());
    if (job.jvmArgs().contains(Job.SCALAR)) {
      all.remove(INCUBATOR);
    } else if (!all.contains(INCUBATOR)) {
      all.add(INCUBATOR);
    }
    // outputs are compared once: a checksum says that they stay as they are
    all.add("-D" + PeerBenchmark.COMPARE + "=" + (round == 1));
    return all;
  }

  /** Bytes of a call, the median of the iterations: JMH counts the end of the benchmark as part of the last one. */
  private static OptionalDouble allocated(RunResult result) {
    double[] bytes =
        result.getBenchmarkResults().stream()
            .flatMap(fork -> fork.getIterationResults().stream())
            .map(iteration -> iteration.getSecondaryResults().get("gc.alloc.rate.norm"))
            .filter(Objects::nonNull)
            .mapToDouble(found -> found.getScore())
            .sorted()
            .toArray();
    return bytes.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(bytes[(bytes.length - 1) / 2]);
  }

  private static Figure score(RunResult result) {
    Result<?> gflop = result.getSecondaryResults().get("gflop");
    if (gflop != null) {
      return Figure.of(Figure.SPEED, gflop.getScore(), "GFLOP/s");
    }
    Result<?> primary = result.getPrimaryResult();
    return switch (primary.getScoreUnit()) {
      case "ms/op" -> Figure.of(Figure.TIME, primary.getScore(), "ms");
      case "ops/us" -> Figure.of(Figure.SPEED, primary.getScore(), "M/s");
      default -> throw new IllegalArgumentException("no figure for " + primary.getScoreUnit());
    };
  }

  /** The first exception in a fork's output. */
  static String reason(String output) {
    Matcher matcher = FAILURE.matcher(output);
    String reason = matcher.find() ? matcher.group("what") : "its JVM ended";
    return reason.length() <= LONGEST_REASON
        ? reason
        : reason.substring(0, LONGEST_REASON) + " ...";
  }

  private static void endDescendants() {
    System.err.println("java.util.concurrent.TimeoutException: after " + MINUTES + " minutes");
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
  }
}
