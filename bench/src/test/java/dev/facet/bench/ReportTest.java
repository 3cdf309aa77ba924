package dev.facet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.bench.Job.Timing;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
import dev.facet.nn.onnx.Network;
import dev.facet.nn.onnx.OnnxRecorder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {
  private static final Figure CHECKSUM = new Figure(Figure.CHECKSUM, "0123abcd", "");

  private final Results results = new Results();

  private static Job job(String row, String side) {
    return new Job(
        row,
        1,
        side,
        PeerBenchmark.class,
        "run",
        Map.of(),
        new Timing(1, 1, 1, 1),
        List.of(),
        false);
  }

  private void time(Job job, double... forks) {
    for (int i = 0; i < forks.length; i++) {
      Figure time = Figure.of(Figure.TIME, forks[i], "ms");
      Figure work = Figure.of("work", 1, "GMAC");
      results.add(new Measurement(job.key(), i + 1, 1, "", List.of(time, work, CHECKSUM)));
    }
  }

  private void fail(Job job, String why) {
    results.add(new Measurement(job.key(), 1, 1, why, List.of()));
  }

  private static List<Job> row(String row) {
    return Stream.of(Job.FACET, Job.ONNX_RUNTIME, Job.PYTORCH).map(side -> job(row, side)).toList();
  }

  @Test
  void networksHaveMediansSpreadsRatiosAndReasons() {
    List<Job> a = row("a");
    time(a.get(0), 20, 8, 10);
    time(a.get(1), 30, 20);
    fail(a.get(2), "IllegalStateException: pytorch | computes something else");
    results.add(
        new Measurement(
            Plan.PEAK.key(), 1, 1, "", List.of(Figure.of(Figure.SPEED, 400, "GFLOP/s"))));
    assertThat(new ReportTables(a, results).peers().lines())
        .last()
        .isEqualTo(
            "| a | 1 | 10.0 (8.00 to 20.0) | 200 | 50 % | 25.0 (20.0 to 30.0) | **2.50** "
                + "| failed: IllegalStateException: pytorch / computes something else | - | 0123abcd |");
    assertThat(new ReportTables(a, results).alone()).isEmpty();
    assertThat(new ReportTables(row("b"), results).peers().lines())
        .last()
        .isEqualTo("| b | 1 | - | - | - | - | - | - | - |  |");
  }

  @Test
  void whatFacetDoesAloneHasALineForEachFigure() {
    Job memory = job("memory", Job.FACET);
    results.add(
        new Measurement(
            memory.key(),
            1,
            1,
            "",
            List.of(
                Figure.of(Figure.TIME, 2360.4, "ms"),
                Figure.of("peak heap", 512, "MiB"),
                CHECKSUM)));
    Job broken = job("broken", Job.FACET);
    fail(broken, "IOException: no such file");
    assertThat(new ReportTables(List.of(memory, broken), results).alone().lines().skip(2))
        .containsExactly(
            "| memory | 1 | 2360 | ms | 0123abcd |",
            "| memory: peak heap | 1 | 512 | MiB |  |",
            "| broken | 1 | failed: IOException: no such file | | |");
  }

  @Test
  void barsCountTheWorstRow() {
    List<Job> jobs =
        Stream.of("3x3 s1 128-128 32px", "3x3 s1 128-128 64px", "3x3 s1 192-192 32px")
            .flatMap(name -> row(name).stream())
            .toList();
    time(jobs.get(0), 10);
    time(jobs.get(1), 30);
    time(jobs.get(3), 10);
    time(jobs.get(4), 24);
    List<String> lines = new ReportTables(jobs, results).bars().lines().toList();
    assertThat(lines.get(2))
        .isEqualTo(
            "| 3x3 s1 convolutions (Winograd), ONNX Runtime's time / Facet's | >= 2.50x "
                + "| 2.40x, the worst of 2: 3x3 s1 128-128 64px | **not met**, 1 not measured |");
    assertThat(lines).hasSize(2 + 16);
    assertThat(lines.subList(3, lines.size())).allMatch(line -> line.contains("| not measured |"));
  }

  @Test
  void aBarOfOneRowIsMetOrNot() {
    time(Plan.ENCODE, 470);
    time(Plan.ENCODE_TWO, 250);
    time(Plan.CONTEXT_LOOP, 31);
    assertThat(new ReportTables(Plan.jobs(), results).bars())
        .contains("| encode, M = 128, one thread's time / two threads' | >= 1.80x | 1.88x | met |")
        .contains("| <= 30.0 ms | 31.0 ms | **not met** |");
  }

  /** A bar without a row of its own could never be met. */
  @Test
  void everyBarHasRowsInThePlan() {
    List<Job> jobs = Plan.jobs();
    assertThat(jobs.stream().map(Job::key)).doesNotHaveDuplicates();
    for (Job job : jobs) {
      results.add(
          new Measurement(
              job.key(),
              1,
              1,
              "",
              Stream.of(
                      Figure.TIME, Figure.SPEED, "work", "encode", "decode", "allocated", "pyramid")
                  .map(name -> Figure.of(name, 1, "u"))
                  .toList()));
      results.add(
          new Measurement(job.key(), 2, 1, "", List.of(Figure.of("peak resident set", 1, "MiB"))));
    }
    assertThat(new ReportTables(jobs, results).bars()).doesNotContain("not measured");
    assertThat(jobs.stream().filter(Job::brief).count()).isBetween(10L, 30L);
  }

  @Test
  void figuresComeFromAForksOutput() {
    String output =
        """
        # Benchmark: a.B.run
        # Warmup Iteration   1: figure checksum = 00000001
        3 boxes
        figure peak resident set = 174.5 MiB
        """;
    assertThat(Figure.in(output))
        .containsExactly(
            new Figure("checksum", "00000001", ""),
            new Figure("peak resident set", "174.5", "MiB"));
  }

  @Test
  void aFailureIsItsFirstException() {
    String output =
        """
        # Warmup Iteration   1: <failure>

        java.lang.IllegalStateException: pytorch computes something else: difference 0.5
        	at dev.facet.bench.PeerBenchmark.compare(PeerBenchmark.java:83)
        Caused by: java.io.IOException: other
        """;
    assertThat(Fork.reason(output))
        .isEqualTo("IllegalStateException: pytorch computes something else: difference 0.5");
    assertThat(Fork.reason("<forked VM failed with exit code 137>")).isEqualTo("its JVM ended");
  }

  @Test
  void aLogThatWasCutGoesOn(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("log/report.jsonl");
    Measurement first = new Measurement("a", 1, 2.5, "", List.of(CHECKSUM));
    Measurement second = new Measurement("b", 1, 0.5, "failed", List.of());
    try (ReportLog log = new ReportLog(file)) {
      log.add(first);
    }
    Files.writeString(file, "{\"job\":\"b\",\"rou", StandardOpenOption.APPEND);
    try (ReportLog log = new ReportLog(file)) {
      assertThat(log.found()).containsExactly(first);
      log.add(second);
    }
    try (ReportLog log = new ReportLog(file)) {
      assertThat(log.found()).containsExactly(first, second);
    }
  }

  @Test
  void onlyThePlaceBetweenTheMarksChanges() {
    String document = "before\n" + Report.BEGIN + "\nold\n" + Report.END + "\nafter\n";
    String written = Report.replaced(document, "new");
    assertThat(written).isEqualTo(document.replace("old", "new"));
    assertThat(Report.replaced(written, "new")).isEqualTo(written);
    assertThatThrownBy(() -> Report.replaced("nothing", "new"))
        .hasMessageContaining("no place for the table");
  }

  /** The shapes of the benchmark, with sides that a test can afford. */
  @ParameterizedTest
  @ValueSource(
      strings = {"3x3 s1 16-16 9px", "5x5 s2 3-4 8px", "1x1 s1 3-4 5px", "3x3 s1 16-16 6px r2"})
  void onnxRuntimeComputesTheSameConvolution(String shape) throws Exception {
    Network.Builder network = PeerConvolutionBenchmark.network(shape);
    var port = OnnxRecorder.record(network).inputs().getFirst();
    Tensor x = Tensor.zeros(port.height(), port.width(), port.channels());
    Random random = new Random(1);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = (float) random.nextGaussian();
    }
    Tensor expected;
    try (Backend backend = Backends.open("scalar", 1)) {
      expected = network.on(backend).function().apply(List.of(x)).getFirst();
    }
    try (Peer peer = Peer.open("onnxruntime", network, List.of(x), 1)) {
      Tensor actual = peer.outputs().getFirst();
      assertThat(actual.sameShape(expected)).isTrue();
      for (int i = 0; i < expected.data().length; i++) {
        assertThat((double) actual.data()[i])
            .isCloseTo(expected.data()[i], org.assertj.core.data.Offset.offset(1e-4));
      }
    }
    assertThatThrownBy(() -> PeerConvolutionBenchmark.network("3,3"))
        .hasMessageContaining("is not of the form");
  }
}
