package dev.facet.bench;

import dev.facet.codec.ModelPacks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The launcher as a user calls it: a process each time, which decodes one small stream of the shipped pack. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 8)
@Fork(5)
public class StartupBenchmark {
  private Path facet;
  private Path folder;
  private Path log;
  private String[] decode = {};

  /** Encodes the pack's example; the first call builds what the launcher needs. */
  @Setup
  public void setUp() throws Exception {
    Path models = Path.of(System.getProperty(ModelPacks.PROPERTY));
    facet = models.resolveSibling("facet");
    folder = Files.createTempDirectory("facet-startup");
    log = folder.resolve("log");
    String example = models.resolve("scenes/sample.safetensors").toString();
    String stream = folder.resolve("small.fcm").toString();
    decode = new String[] {"decode", stream, "-o", folder.resolve("small.safetensors").toString()};
    run("encode", example, "--model", "scenes", "-o", stream);
  }

  /** One decoding, cold. */
  @Benchmark
  public void decode() throws Exception {
    run(decode);
  }

  /** The smallest answer: what the JVM and the command line take. */
  @Benchmark
  public void models() throws Exception {
    run("models");
  }

  private void run(String... arguments) throws IOException, InterruptedException {
    finish(start(arguments), arguments);
  }

  private Process start(String... arguments) throws IOException {
    ProcessBuilder process = new ProcessBuilder(facet.toString());
    process.command().addAll(List.of(arguments));
    process.environment().remove("FACET_JAVA_OPTS");
    return process.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private void finish(Process process, String... arguments)
      throws IOException, InterruptedException {
    if (process.waitFor() != 0) {
      throw new IllegalStateException(
          "facet " + String.join(" ", arguments) + ": " + Files.readString(log).strip());
    }
  }

  /** One more decoding, watched: the most that one of its processes has had in memory. */
  private double peakResidentMib() throws IOException, InterruptedException {
    Process process = start(decode);
    double peak = 0;
    while (process.isAlive()) {
      peak =
          Stream.concat(Stream.of(process.toHandle()), process.descendants())
              .mapToDouble(Processes::peakResidentMib)
              .filter(mib -> !Double.isNaN(mib))
              .reduce(peak, Math::max);
      Thread.sleep(2);
    }
    finish(process, decode);
    return peak;
  }

  /** Prints peak and checksum. */
  @TearDown
  public void tearDown() throws Exception {
    Figure.print("peak resident set", peakResidentMib(), "MiB");
    CRC32C crc = new CRC32C();
    crc.update(Files.readAllBytes(folder.resolve("small.safetensors")));
    Figure.printChecksum(HexFormat.of().toHexDigits((int) crc.getValue()));
    Processes.delete(folder);
  }
}
