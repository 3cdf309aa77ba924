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
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
 * What a decoder of full size needs: a JVM that reads the pack of {@link LmsfcBenchmark} from a file and decodes p2 = 200x304. The peak of
 * its resident set is all there is: heap, native memory, mapped weights, the JVM itself. A JVM takes more than it needs where it may, so
 * give it a heap ({@code -jvmArgs -Xmx}) to learn what it needs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(value = 5, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class MemoryBenchmark {
  private static final String MODEL = "ar128";
  private static final double MIB = 1 << 20;

  private Path folder;
  private ModelCodec codec;
  private byte[] stream;

  /** Writes pack and stream in another JVM, so that this one has had nothing else in memory. */
  @Setup
  public void setUp() throws IOException, InterruptedException {
    folder = Files.createTempDirectory("facet-memory");
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                MemoryBenchmark.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .inheritIO()
            .start();
    if (writer.waitFor() != 0) {
      throw new IOException("the pack was not written");
    }
    System.setProperty(Backends.THREADS_PROPERTY, "1");
    codec = FeatureCodecs.open(ModelPack.load(folder.resolve("pack")));
    stream = Files.readAllBytes(folder.resolve("stream"));
  }

  /** Writes the pack and a stream into a folder. */
  public static void main(String[] args) throws IOException, FeatureException {
    Path folder = Path.of(args[0]);
    ModelPack pack = LmsfcBenchmark.formulaPack(MODEL);
    ModelPack.write(folder.resolve("pack"), pack.description(), pack.weights());
    try (ModelCodec codec = FeatureCodecs.open(ModelPack.load(folder.resolve("pack")))) {
      byte[] stream = codec.encode(LmsfcBenchmark.formulaPyramid(), Quality.of(0));
      Files.write(folder.resolve("stream"), stream);
    }
  }

  /** The stream to features. */
  @Benchmark
  public FeaturePyramid decode() throws StreamException {
    return codec.decode(stream);
  }

  /** Prints the peaks. */
  @TearDown
  public void tearDown() throws IOException, StreamException {
    Figure.print(
        "peak resident set", Processes.peakResidentBytes(ProcessHandle.current()) / MIB, "MiB");
    double heap = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        heap += pool.getPeakUsage().getUsed();
      }
    }
    Figure.print("peak heap", heap / MIB, "MiB");
    Figure.printChecksum(Checksum.of(codec.decode(stream).levels().toArray(Tensor[]::new)));
    codec.close();
    for (Path path : List.of(folder.resolve("stream"), folder.resolve("pack"), folder)) {
      Processes.delete(path);
    }
  }
}
