package dev.facet.bench;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.testing.Golden;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.RunnerException;

/**
 * {@code bench/run report}: all rows in rounds, a fork of each in each round, so that a row's sides take turns and what the machine
 * does meanwhile falls upon all. Every measurement is kept as it comes; the tables are written after every round.
 */
public final class Report {
  static final String BEGIN = "<!-- written by bench/run report -->";
  static final String END = "<!-- end of bench/run report -->";

  private static final String USAGE =
      """
      bench/run report [--short] [--rows REGEX] [--rounds N] [--fresh] [--jvm OPTIONS] [--python PROGRAM]

        --short          one fork of a few rows; only printed
        --rows REGEX     only rows whose "NAME, N thread(s), SIDE" the expression finds; only printed
        --rounds N       forks of each row, 5 unless told
        --fresh          forget what an interrupted report has measured
        --jvm OPTIONS    more for the benchmarks' JVMs, such as -XX:UseAVX=2; only printed
        --python PROGRAM a python3 with torch, for the reference; python3 unless told
      """;

  private static final int ROUNDS = 5;

  /** Tries of a job that fails. */
  private static final int TRIES = 2;

  private final Path root;
  private boolean help;
  private boolean brief;
  private boolean fresh;
  private int rounds = ROUNDS;
  private String rows = "";
  private String jvm = "";
  private String python = "python3";

  private Report(Path root) {
    this.root = root;
  }

  /**
   * Runs the benchmarks.
   *
   * @param args the repository, then options
   */
  public static void main(String[] args) throws IOException {
    Report report = new Report(Path.of(args[0]));
    try {
      report.parse(new ArrayDeque<>(List.of(args).subList(1, args.length)));
    } catch (IllegalArgumentException e) {
      System.err.println("bench/run report: " + e.getMessage() + "\n\n" + USAGE);
      System.exit(2);
    }
    if (report.help) {
      System.out.print(USAGE);
      return;
    }
    try {
      System.exit(report.run() ? 0 : 1);
    } catch (RunnerException e) {
      System.err.println(
          "bench/run report: "
              + e.getMessage()
              + "\nWhat was measured is kept: the same command goes on there.");
      System.exit(1);
    }
  }

  private void parse(Deque<String> options) {
    while (!options.isEmpty()) {
      String option = options.pop();
      try {
        switch (option) {
          case "--help" -> help = true;
          case "--short" -> brief = true;
          case "--fresh" -> fresh = true;
          case "--rounds" -> rounds = Integer.parseInt(options.pop());
          case "--rows" -> rows = Pattern.compile(options.pop()).pattern();
          case "--jvm" -> jvm = options.pop();
          case "--python" -> python = options.pop();
          default -> throw new IllegalArgumentException("no option " + option);
        }
      } catch (NoSuchElementException e) {
        throw new IllegalArgumentException(option + " needs a value", e);
      }
    }
    rounds = brief ? 1 : rounds;
  }

  /** Measures and writes; whether every row has a result, and the same in all forks. */
  private boolean run() throws IOException, RunnerException {
    List<Job> jobs = jobs();
    List<String> jvmArgs = jvmArgs();
    String about = about();
    Results results = new Results();
    Path file =
        root.resolve(
            "bench/target/report/" + digest(about + rows + brief + classPath()) + ".jsonl");
    if (fresh || brief) {
      Files.deleteIfExists(file);
    }
    long start = System.nanoTime();
    try (ReportLog log = new ReportLog(file)) {
      log.found().forEach(results::add);
      if (!log.found().isEmpty()) {
        System.out.printf(
            "goes on after %d measurements in %s (--fresh: from the start)%n",
            log.found().size(), root.relativize(file));
      }
      for (int round = 1; round <= rounds; round++) {
        for (int i = 0; i < jobs.size(); i++) {
          Job job = jobs.get(i);
          if (!isDue(results, job, round)) {
            continue;
          }
          Measurement measurement = Fork.run(job, round, jvmArgs);
          log.add(measurement);
          results.add(measurement);
          System.out.printf(
              Locale.ROOT,
              "round %d of %d, row %d of %d, %.0f min gone, about %.0f left: %s: %s (%.0f s)%n",
              round,
              rounds,
              i + 1,
              jobs.size(),
              1e-9 / 60 * (System.nanoTime() - start),
              secondsLeft(results, jobs) / 60,
              job.key(),
              said(measurement),
              measurement.seconds());
        }
        if (isWritten()) {
          write(jobs, results, about);
        }
      }
    }
    System.out.println("\n" + text(jobs, results, about));
    List<Job> wrong =
        jobs.stream()
            .filter(job -> results.failure(job).isPresent() || differs(job, jobs, results))
            .toList();
    wrong.forEach(job ->
        System.err.println(
            "bench/run report: "
                + job.key()
                + ": "
                + results
                    .failure(job)
                    .orElse("other results in other forks, threads or backends")));
    return wrong.isEmpty();
  }

  /** Whether a job's forks, or those of the same job on other threads or another backend, have other checksums. */
  private static boolean differs(Job job, List<Job> jobs, Results results) {
    return jobs.stream()
            .filter(other -> other.work().equals(job.work()))
            .flatMap(other -> results.checksums(other).stream())
            .distinct()
            .count()
        > 1;
  }

  private List<Job> jobs() {
    Pattern wanted = Pattern.compile(rows);
    boolean golden = Golden.isPresent();
    if (!golden) {
      System.out.println("no golden vectors: rows of formula weights (ar128, ar192) are left out");
    }
    return Plan.jobs().stream()
        .filter(job -> !brief || job.brief())
        .filter(job -> golden || !job.row().startsWith("ar1"))
        .filter(job -> wanted.matcher(job.key()).find())
        .toList();
  }

  private List<String> jvmArgs() {
    List<String> all = new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
    all.add("-D" + ReferenceBenchmark.PYTHON + "=" + python);
    if (!jvm.isBlank()) {
      all.addAll(List.of(jvm.strip().split("\\s+")));
    }
    return all;
  }

  /** The document has one place, and that is for everything. */
  private boolean isWritten() {
    return !brief && rows.isEmpty() && jvm.isEmpty();
  }

  private static boolean isDue(Results results, Job job, int round) {
    List<Measurement> tried = results.of(job);
    boolean works = tried.stream().anyMatch(measurement -> !measurement.failed());
    return tried.stream().noneMatch(measurement -> measurement.round() == round)
        && (works ? !Plan.isConstant(job) : tried.size() < TRIES);
  }

  private double secondsLeft(Results results, List<Job> jobs) {
    double seconds = 0;
    for (int round = 1; round <= rounds; round++) {
      for (Job job : jobs) {
        if (isDue(results, job, round)) {
          seconds += results.seconds(job).orElse(job.timing().seconds());
        }
      }
    }
    return seconds;
  }

  private static String said(Measurement measurement) {
    return measurement.failed()
        ? "failed: " + measurement.failure()
        : measurement.figures().stream()
            .filter(Figure::isNumber)
            .findFirst()
            .map(figure -> String.format(Locale.ROOT, "%.4g %s", figure.number(), figure.unit()))
            .orElse("");
  }

  private String text(List<Job> jobs, Results results, String about) {
    ReportTables tables = new ReportTables(jobs, results);
    int done =
        jobs.stream()
            .filter(job -> !Plan.isConstant(job))
            .mapToInt(
                job -> (int) results.of(job).stream().filter(found -> !found.failed()).count())
            .filter(forks -> forks > 0)
            .min()
            .orElse(0);
    return String.join(
        "\n",
        about + "; " + done + " fork(s) of each row, in turns",
        "",
        tables.bars(),
        tables.peers(),
        tables.alone());
  }

  private void write(List<Job> jobs, Results results, String about) throws IOException {
    Path document = root.resolve("docs/performance.md");
    Files.writeString(
        document, replaced(Files.readString(document), text(jobs, results, about).strip()));
  }

  /** Machine, JVM and versions, in a line; it tells nothing of anybody's folders. */
  private String about() {
    try (Backend backend = Backends.open()) {
      return String.format(
          Locale.ROOT,
          "%s, %d processors, %s; JDK %s%s; Facet: %s, %d-bit vectors; ONNX Runtime %s; LibTorch %s",
          processor(),
          Runtime.getRuntime().availableProcessors(),
          System.getProperty("os.name"),
          System.getProperty("java.version"),
          jvm.isBlank() ? " without flags but the module" : " with " + jvm.strip(),
          backend.name(),
          backend.vectorBits(),
          version(OnnxRuntimePeer::version),
          version(PyTorchPeer::version));
    }
  }

  /** Its rows tell why a peer does not load. */
  private static String version(Supplier<String> peer) {
    try {
      return peer.get();
    } catch (RuntimeException | LinkageError e) {
      return "does not load here";
    }
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      List<String> all = lines.toList();
      return Stream.of("model name", "cpu family", "model\t")
          .flatMap(name -> all.stream().filter(line -> line.startsWith(name)).limit(1))
          .map(line -> line.replaceAll("\\s*:\\s*", " ").replaceFirst("^model name ", "").strip())
          .reduce((a, b) -> a + ", " + b)
          .orElseGet(() -> System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  /** Facet's own code: measurements of other code are not gone on with. */
  private static String classPath() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
      Path path = Path.of(entry);
      if (path.getFileName().toString().startsWith("facet-")) {
        text.append(digest(Files.readAllBytes(path)));
      }
    }
    return text.toString();
  }

  private static String digest(String text) {
    return digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
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
