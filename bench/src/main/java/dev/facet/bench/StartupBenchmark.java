package dev.facet.bench;

import dev.facet.codec.ModelPacks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
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

  /** Encodes the pack's example; the first call builds what the launcher needs. */
  @Setup
  public void setUp() throws Exception {
    Path models = Path.of(System.getProperty(ModelPacks.PROPERTY));
    facet = models.resolveSibling("facet");
    folder = Files.createTempDirectory("facet-startup");
    log = folder.resolve("log");
    String example = models.resolve("scenes/sample.safetensors").toString();
    run("encode", example, "--model", "scenes", "-o", folder.resolve("small.fcm").toString());
  }

  /** One decoding, cold. */
  @Benchmark
  public void decode() throws Exception {
    run(
        "decode",
        folder.resolve("small.fcm").toString(),
        "-o",
        folder.resolve("small.safetensors").toString());
  }

  /** The smallest answer: what the JVM and the command line take. */
  @Benchmark
  public void models() throws Exception {
    run("models");
  }

  private void run(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder process = new ProcessBuilder(facet.toString());
    process.command().addAll(java.util.List.of(arguments));
    process.environment().remove("FACET_JAVA_OPTS");
    process.redirectErrorStream(true).redirectOutput(log.toFile());
    int code = process.start().waitFor();
    if (code != 0) {
      throw new IllegalStateException(process.command() + ": " + Files.readString(log));
    }
  }

  /** Prints the checksum. */
  @TearDown
  public void tearDown() throws Exception {
    decode();
    CRC32C crc = new CRC32C();
    crc.update(Files.readAllBytes(folder.resolve("small.safetensors")));
    System.out.println("checksum " + HexFormat.of().toHexDigits((int) crc.getValue()));
    for (String file : java.util.List.of("small.fcm", "small.safetensors", "log")) {
      Files.deleteIfExists(folder.resolve(file));
    }
    Files.delete(folder);
  }
}
