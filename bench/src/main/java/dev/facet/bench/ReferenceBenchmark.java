package dev.facet.bench;

import dev.facet.codec.ModelPacks;
import dev.facet.testing.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * L-MSFC in PyTorch, by training/time_reference.py in a process of its own ({@code -Dfacet.python}, a python3 with torch): its times of
 * encoding and decoding are figures, the time of the benchmark is of no interest.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(5)
public class ReferenceBenchmark {
  static final String PYTHON = "facet.python";

  @Param({"1", "2"})
  public int threads;

  private String found = "";

  /** One process: the networks and the context loop, each side a few times after a first one. */
  @Benchmark
  public void run() throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty(ModelPacks.PROPERTY)).toAbsolutePath().getParent();
    Path errors = Files.createTempFile("facet-reference", ".log");
    Process process =
        new ProcessBuilder(
                System.getProperty(PYTHON, "python3"),
                root.resolve("training/time_reference.py").toString(),
                Golden.require().toString(),
                "--threads",
                Integer.toString(threads),
                "--repeat",
                "2")
            .redirectError(errors.toFile())
            .start();
    found = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    String said = Files.readString(errors).strip();
    Files.delete(errors);
    if (code != 0) {
      throw new IOException(said.substring(said.lastIndexOf('\n') + 1));
    }
  }

  /** Prints what it measured. */
  @TearDown
  public void tearDown() {
    JsonNode times = JsonMapper.builder().build().readTree(found);
    for (String side : new String[] {"encode", "decode"}) {
      Figure.print(side, 1000 * times.get(side).get("median_s").asDouble(), "ms");
    }
    double loop = times.get("decode").get("best_of_parts_s").get("context").asDouble();
    Figure.print("context loop", 1000 * loop, "ms");
    double rewritten = times.get("context_as_vectors_best_s").asDouble();
    Figure.print("context loop rewritten", 1000 * rewritten, "ms");
  }
}
