package dev.facet.bench;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.MacCounter;
import dev.facet.nn.Tensor;
import dev.facet.nn.onnx.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** {@code bench/run peers}: runs the peer benchmarks and turns their results into a table. */
public final class PeerReport {
  static final String BEGIN = "<!-- written by bench/run peers -->";
  static final String END = "<!-- end of bench/run peers -->";

  private static final Map<String, String> PEERS = new LinkedHashMap<>();

  static {
    PEERS.put("facet", "Facet");
    PEERS.put("onnxruntime", "ONNX Runtime");
    PEERS.put("pytorch", "PyTorch");
  }

  /**
   * One network on so many threads.
   *
   * @param name of the network or convolution
   * @param gmac billions of multiply-adds, counted as direct summation
   * @param peak GFLOP/s that as many threads reach in registers
   * @param times milliseconds of each fork, by implementation
   */
  record Row(String name, int threads, double gmac, double peak, Map<String, List<Double>> times) {
    boolean isComplete() {
      return times.keySet().containsAll(PEERS.keySet());
    }
  }

  private PeerReport() {}

  /**
   * Runs the benchmarks.
   *
   * @param args the document to write the table into, then {@code --short} and options of JMH
   */
  public static void main(String[] args) throws Exception {
    List<String> options = new ArrayList<>(Arrays.asList(args));
    Path document = Path.of(options.removeFirst());
    boolean brief = options.remove("--short");
    CommandLineOptions chosen = new CommandLineOptions(options.toArray(String[]::new));
    ChainedOptionsBuilder builder = new OptionsBuilder().parent(chosen);
    if (chosen.getIncludes().isEmpty()) {
      builder
          .include("PeakBenchmark")
          .include("PeerConvolutionBenchmark")
          .include("PeerNetworkBenchmark");
    }
    if (brief) {
      abridge(builder, chosen);
    }
    Collection<RunResult> results = new Runner(builder.build()).run();
    List<Row> rows = rows(results);
    String report = machine(results.iterator().next().getParams()) + "\n\n" + table(rows);
    System.out.println(report);
    if (!brief) {
      Files.writeString(document, replaced(Files.readString(document), report));
    }
    if (!rows.stream().allMatch(Row::isComplete)) {
      System.err.println("bench/run peers: rows failed; their reasons are above");
      System.exit(1);
    }
  }

  /** A few rows once; parameters that were given remain. */
  private static void abridge(ChainedOptionsBuilder builder, CommandLineOptions chosen) {
    TimeValue half = TimeValue.milliseconds(500);
    builder.forks(1).warmupIterations(2).warmupTime(half);
    builder.measurementIterations(3).measurementTime(half);
    Map<String, String[]> few =
        Map.of(
            "threads", new String[] {"1"},
            "shape",
                new String[] {"3x3 s1 128-128 64px", "5x5 s2 256-256 128px", "1x1 s1 128-128 64px"},
            "network", new String[] {"aquarium g_s 104x80", "aquarium backbone 416x320"});
    few.forEach((name, values) -> {
      if (!chosen.getParameter(name).hasValue()) {
        builder.param(name, values);
      }
    });
  }

  private static List<Row> rows(Collection<RunResult> results) throws IOException {
    Map<Integer, Double> peaks = new TreeMap<>();
    Map<String, Row> rows = new LinkedHashMap<>();
    for (RunResult result : results) {
      BenchmarkParams params = result.getParams();
      int threads = Integer.parseInt(params.getParam("threads"));
      if (params.getBenchmark().contains("PeakBenchmark")) {
        peaks.put(threads, 1e3 * PeakBenchmark.gflop(threads) / median(forks(result)));
      }
    }
    for (RunResult result : results) {
      BenchmarkParams params = result.getParams();
      if (params.getBenchmark().contains("PeakBenchmark")) {
        continue;
      }
      int threads = Integer.parseInt(params.getParam("threads"));
      String shape = params.getParam("shape");
      String name = shape == null ? params.getParam("network") : shape;
      Row row = rows.get(name + threads);
      if (row == null) {
        Network.Builder network =
            shape == null
                ? PeerNetworkBenchmark.network(name)
                : PeerConvolutionBenchmark.network(name);
        double peak = peaks.getOrDefault(threads, Double.NaN);
        row = new Row(name, threads, gmac(network), peak, new LinkedHashMap<>());
        rows.put(name + threads, row);
      }
      row.times().put(params.getParam("peer"), forks(result));
    }
    return List.copyOf(rows.values());
  }

  /** Milliseconds of each fork. */
  private static List<Double> forks(RunResult result) {
    return result.getBenchmarkResults().stream()
        .map(BenchmarkResult::getPrimaryResult)
        .map(primary -> primary.getScore())
        .sorted()
        .toList();
  }

  private static double gmac(Network.Builder builder) throws IOException {
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

  private static String machine(BenchmarkParams params) {
    // paths are of no interest to others
    List<String> flags =
        params.getJvmArgs().stream().distinct().filter(flag -> !flag.contains("/")).toList();
    try (Backend backend = Backends.open()) {
      return String.format(
          Locale.ROOT,
          "%s, %d processors, %s; JDK %s with %s; Facet: %s, %d-bit vectors; ONNX Runtime %s; LibTorch %s; %d fork(s) of %d iterations",
          processor(),
          Runtime.getRuntime().availableProcessors(),
          System.getProperty("os.name"),
          params.getJdkVersion(),
          String.join(" ", flags),
          backend.name(),
          backend.vectorBits(),
          OnnxRuntimePeer.version(),
          PyTorchPeer.version(),
          params.getForks(),
          params.getMeasurement().getCount());
    }
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElseGet(() -> System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  static String table(List<Row> rows) {
    StringBuilder text = new StringBuilder("| network | threads ");
    PEERS.forEach((peer, name) ->
        text.append(
            peer.equals("facet")
                ? "| Facet, ms | GFLOP/s | of peak "
                : "| " + name + ", ms | ratio "));
    text.append("|\n|---|---|---|---|---")
        .append("|---|---".repeat(PEERS.size() - 1))
        .append("|\n");
    rows.forEach(row -> text.append(line(row)));
    return text.toString();
  }

  private static String line(Row row) {
    StringBuilder text = new StringBuilder("| " + row.name() + " | " + row.threads());
    List<Double> facet = row.times().get("facet");
    for (String peer : PEERS.keySet()) {
      List<Double> times = row.times().get(peer);
      text.append(" | ").append(times == null ? "failed" : spread(times));
      if (!peer.equals("facet")) {
        boolean both = times != null && facet != null;
        text.append(both ? format(" | **%.2f**", median(times) / median(facet)) : " | -");
      } else if (facet == null) {
        text.append(" | - | -");
      } else {
        double gflops = 2e3 * row.gmac() / median(facet);
        text.append(format(" | %.0f", gflops));
        text.append(
            Double.isNaN(row.peak()) ? " | -" : format(" | %.0f %%", 100 * gflops / row.peak()));
      }
    }
    return text.append(" |\n").toString();
  }

  private static String spread(List<Double> times) {
    return times.size() == 1
        ? format("%.3g", times.getFirst())
        : format("%.3g", median(times))
            + format(" (%.3g to ", times.getFirst())
            + format("%.3g)", times.getLast());
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** Of sorted values. */
  private static double median(List<Double> sorted) {
    int n = sorted.size();
    return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
  }

  /** The document with what lies between the marks replaced. */
  static String replaced(String document, String report) {
    int from = document.indexOf(BEGIN);
    int to = document.indexOf(END);
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("no place for the table: " + BEGIN + " ... " + END);
    }
    return document.substring(0, from + BEGIN.length())
        + "\n"
        + report
        + "\n"
        + document.substring(to);
  }
}
