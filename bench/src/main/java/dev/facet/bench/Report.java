package dev.facet.bench;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.MacCounter;
import dev.facet.nn.Tensor;
import dev.facet.nn.onnx.Network;
import dev.facet.testing.Golden;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** {@code bench/run report}: runs the benchmarks, those beside peers first, and turns their results into two tables. */
public final class Report {
  static final String BEGIN = "<!-- written by bench/run report -->";
  static final String END = "<!-- end of bench/run report -->";

  private static final Pattern CHECKSUM = Pattern.compile("checksum ([0-9a-f]{8})");

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
   * @param checksum of Facet's outputs
   */
  record Row(
      String name,
      int threads,
      double gmac,
      double peak,
      Map<String, List<Double>> times,
      String checksum) {
    Row withChecksum(String found) {
      return new Row(name, threads, gmac, peak, times, found);
    }

    boolean isComplete() {
      return times.keySet().containsAll(PEERS.keySet());
    }
  }

  /**
   * What Facet alone does.
   *
   * @param parameters of the benchmark
   * @param scores of each fork, in ascending order
   * @param checksum of the result
   */
  record OwnRow(
      String name, String parameters, List<Double> scores, String unit, String checksum) {}

  private static final String NO_CHECKSUM = "none";

  private Report() {}

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
          .include("PeerNetworkBenchmark")
          .include("LmsfcBenchmark")
          .include("LatentBenchmark")
          .include("EntropyBenchmark")
          .include("HeadBenchmark")
          .include("StartupBenchmark");
    }
    if (brief) {
      abridge(builder, chosen);
    } else if (!Golden.isPresent()) {
      System.out.println("no golden vectors: rows of formula weights (ar128, ar192) are left out");
      only(builder, chosen, "model", List.of("scenes"));
      only(
          builder,
          chosen,
          "network",
          Arrays.stream(values(PeerNetworkBenchmark.class, "network"))
              .filter(name -> !name.startsWith("ar"))
              .toList());
    }
    // forks print their checksums to standard output, and no result of JMH carries them
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream console = System.out;
    System.setOut(new PrintStream(new Tee(console, text), true, StandardCharsets.UTF_8));
    Collection<RunResult> results;
    try {
      results = new Runner(builder.build()).run();
    } finally {
      System.setOut(console);
    }
    String output = text.toString(StandardCharsets.UTF_8);
    Map<String, Set<String>> checksums = checksums(output);
    List<Row> rows = rows(results, checksums);
    List<OwnRow> ownRows = ownRows(results, checksums);
    String report =
        machine(results.iterator().next().getParams())
            + "\n\n"
            + (rows.isEmpty() ? "" : table(rows) + "\n")
            + (ownRows.isEmpty() ? "" : ownTable(ownRows));
    System.out.println(report);
    if (!brief) {
      Files.writeString(document, replaced(Files.readString(document), report));
    }
    boolean complete =
        !output.contains("<failure>")
            && rows.stream().allMatch(Row::isComplete)
            && rows.stream().allMatch(row -> isOne(row.checksum()))
            && ownRows.stream().allMatch(row -> isOne(row.checksum()));
    if (!complete) {
      System.err.println(
          "bench/run report: rows failed, or forks had different results; the reasons are above");
      System.exit(1);
    }
  }

  private static boolean isOne(String checksum) {
    return checksum.matches("[0-9a-f]{8}");
  }

  private static String[] values(Class<?> benchmark, String field) throws NoSuchFieldException {
    return benchmark.getField(field).getAnnotation(Param.class).value();
  }

  private static void only(
      ChainedOptionsBuilder builder, CommandLineOptions chosen, String name, List<String> values) {
    if (!chosen.getParameter(name).hasValue()) {
      builder.param(name, values.toArray(String[]::new));
    }
  }

  /** The checksums that the forks of each benchmark printed, by {@link #key}. */
  static Map<String, Set<String>> checksums(String output) {
    Map<String, Set<String>> checksums = new HashMap<>();
    String benchmark = "";
    String key = "";
    for (String line : output.lines().toList()) {
      if (line.startsWith("# Benchmark: ")) {
        benchmark = line.substring("# Benchmark: ".length());
        key = benchmark;
      } else if (line.startsWith("# Parameters: ")) {
        key = benchmark + " " + line.substring("# Parameters: ".length());
      } else {
        Matcher matcher = CHECKSUM.matcher(line);
        if (matcher.find()) {
          checksums.computeIfAbsent(key, k -> new TreeSet<>()).add(matcher.group(1));
        }
      }
    }
    return checksums;
  }

  private static String key(BenchmarkParams params) {
    return params.getParamsKeys().isEmpty()
        ? params.getBenchmark()
        : params.getBenchmark() + " (" + parameters(params) + ")";
  }

  private static String parameters(BenchmarkParams params) {
    return params.getParamsKeys().stream()
        .map(name -> name + " = " + params.getParam(name))
        .collect(Collectors.joining(", "));
  }

  private static String checksum(BenchmarkParams params, Map<String, Set<String>> checksums) {
    Set<String> found = checksums.getOrDefault(key(params), Set.of());
    return found.isEmpty() ? NO_CHECKSUM : String.join(" or ", found);
  }

  private static boolean isPeer(BenchmarkParams params) {
    return params.getParamsKeys().contains("peer");
  }

  private static List<OwnRow> ownRows(
      Collection<RunResult> results, Map<String, Set<String>> checksums) {
    List<OwnRow> rows = new ArrayList<>();
    for (RunResult result : results) {
      BenchmarkParams params = result.getParams();
      if (isPeer(params) || params.getBenchmark().contains("PeakBenchmark")) {
        continue;
      }
      String[] names = params.getBenchmark().split("\\.", -1);
      rows.add(
          new OwnRow(
              names[names.length - 2].replace("Benchmark", "") + " " + names[names.length - 1],
              parameters(params),
              forks(result),
              result.getPrimaryResult().getScoreUnit(),
              checksum(params, checksums)));
    }
    return rows;
  }

  static String ownTable(List<OwnRow> rows) {
    StringBuilder text =
        new StringBuilder(
                "| Facet alone | parameters | median (lowest to highest fork) | unit | checksum |\n")
            .append("|---|---|---|---|---|\n");
    for (OwnRow row : rows) {
      text.append(
          String.format(
              "| %s | %s | %s | %s | %s |%n",
              row.name(), row.parameters(), spread(row.scores()), row.unit(), row.checksum()));
    }
    return text.toString();
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
            "network", new String[] {"scenes g_s 40x48", "scenes attention 64x64"},
            "model", new String[] {"scenes"},
            "pack", new String[] {"scenes"},
            "rows", new String[] {"LOW_RATE"});
    few.forEach((name, values) -> {
      if (!chosen.getParameter(name).hasValue()) {
        builder.param(name, values);
      }
    });
  }

  private static List<Row> rows(Collection<RunResult> results, Map<String, Set<String>> checksums)
      throws IOException {
    Map<Integer, Double> peaks = new TreeMap<>();
    Map<String, Row> rows = new LinkedHashMap<>();
    for (RunResult result : results) {
      BenchmarkParams params = result.getParams();
      if (params.getBenchmark().contains("PeakBenchmark")) {
        int threads = Integer.parseInt(params.getParam("threads"));
        peaks.put(threads, 1e3 * PeakBenchmark.gflop(threads) / median(forks(result)));
      }
    }
    for (RunResult result : results) {
      BenchmarkParams params = result.getParams();
      if (!isPeer(params)) {
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
        row = new Row(name, threads, gmac(network), peak, new LinkedHashMap<>(), NO_CHECKSUM);
        rows.put(name + threads, row);
      }
      row.times().put(params.getParam("peer"), forks(result));
      if (params.getParam("peer").equals("facet")) {
        rows.put(name + threads, row.withChecksum(checksum(params, checksums)));
      }
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
    text.append("| checksum |\n|---|---|---|---|---")
        .append("|---|---".repeat(PEERS.size() - 1))
        .append("|---|\n");
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
    return text.append(" | ").append(row.checksum()).append(" |\n").toString();
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

  /** Writes to two streams. */
  private static final class Tee extends FilterOutputStream {
    private final OutputStream copy;

    Tee(OutputStream out, OutputStream copy) {
      super(out);
      this.copy = copy;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      copy.write(b);
    }

    @Override
    public void write(byte[] bytes, int off, int n) throws IOException {
      out.write(bytes, off, n);
      copy.write(bytes, off, n);
    }
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
