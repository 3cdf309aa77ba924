package dev.facet.bench;

import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeatureException;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelCodec;
import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.StreamException;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a decoder of full size needs: a JVM that reads the pack of {@link LmsfcBenchmark} from a file and decodes p2 = 200x304 twice, on one
 * thread. Where a JVM may have more memory it takes more, so it runs in the smallest heap in which it works, which is looked for in steps
 * of 64 MiB; the time of the benchmark is of no interest. The peak of its resident set is all there is: heap, native memory, mapped weights, the JVM itself.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(5)
public class MemoryBenchmark {
  private static final String MODEL = "ar128";
  private static final int STEP = 64;
  private static final int TOO_SMALL = 4 * STEP;
  private static final int ENOUGH = 20 * STEP;

  private Path folder;
  private int heap;
  private String found = "";

  /** Writes pack and stream in another JVM. */
  @Setup
  public void setUp() throws IOException, InterruptedException {
    folder = Files.createTempDirectory("facet-memory");
    String said = run(3 * 1024, "encode");
    if (!Files.exists(folder.resolve("stream"))) {
      throw new IOException("the stream was not written: " + said);
    }
  }

  /** Looks for the smallest heap. */
  @Benchmark
  public void decode() throws IOException, InterruptedException {
    int tooSmall = TOO_SMALL;
    heap = ENOUGH;
    String said = "";
    while (heap - tooSmall > STEP) {
      int middle = (heap + tooSmall) / 2 / STEP * STEP;
      said = run(middle, "decode");
      if (Figure.in(said).isEmpty()) {
        tooSmall = middle;
      } else {
        heap = middle;
        found = said;
      }
    }
    if (found.isEmpty()) {
      throw new IOException("no decoding in less than " + ENOUGH + " MiB: " + said);
    }
  }

  /** What a JVM says. */
  private String run(int heapMib, String side) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx" + heapMib + "m",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                MemoryBenchmark.class.getName(),
                folder.toString(),
                side)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  /** Prints what the JVM in the smallest heap found. */
  @TearDown
  public void tearDown() throws IOException {
    Figure.print("smallest heap", heap, "MiB");
    System.out.println(found);
    Processes.delete(folder);
  }

  /**
   * One of the JVMs.
   *
   * @param args a folder; {@code encode}, which writes the pack and a stream there, or {@code decode}
   */
  public static void main(String[] args) throws IOException, FeatureException, StreamException {
    System.setProperty(Backends.THREADS_PROPERTY, "1");
    Path folder = Path.of(args[0]);
    Path pack = folder.resolve("pack");
    Path stream = folder.resolve("stream");
    if (args[1].equals("encode")) {
      ModelPack model = LmsfcBenchmark.formulaPack(MODEL);
      ModelPack.write(pack, model.description(), model.weights());
      try (ModelCodec codec = FeatureCodecs.open(model)) {
        Files.write(stream, codec.encode(LmsfcBenchmark.formulaPyramid(), Quality.of(0)));
      }
      return;
    }
    try (ModelCodec codec = FeatureCodecs.open(ModelPack.load(pack))) {
      byte[] bits = Files.readAllBytes(stream);
      codec.decode(bits);
      FeaturePyramid pyramid = codec.decode(bits);
      Figure.print("peak resident set", Processes.peakResidentMib(ProcessHandle.current()), "MiB");
      Figure.print("of it mapped files", Processes.mappedMib(ProcessHandle.current()), "MiB");
      Figure.printChecksum(Checksum.of(pyramid.levels().toArray(Tensor[]::new)));
    }
  }
}
