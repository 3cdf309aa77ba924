package dev.facet.bench;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelPack;
import dev.facet.codec.ModelPacks;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
import dev.facet.nn.layers.Weights;
import dev.facet.vision.DetectionResize.Size;
import dev.facet.vision.detection.DetectionHead;
import dev.facet.vision.detection.Detections;
import dev.facet.vision.detection.DetectorDescription;
import dev.facet.vision.detection.ImageGeometry;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the server does after decoding: proposals, RoIAlign, box head and suppression, on a pack's example pyramid. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 5, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class HeadBenchmark {
  @Param({"scenes", "aquarium"})
  public String pack = "";

  @Param({"1", "2"})
  public int threads;

  private Backend backend;
  private DetectionHead head;
  private FeaturePyramid pyramid;
  private ImageGeometry geometry;

  /** Reads the pack. */
  @Setup
  public void setUp() throws IOException {
    System.setProperty(Backends.THREADS_PROPERTY, Integer.toString(threads));
    backend = Backends.open();
    ModelPack models = ModelPacks.standard().find(pack);
    DetectorDescription description =
        DetectorDescription.parse(models.path().toString(), models.description().detector());
    head = description.head(new Weights(backend, models.detectorWeights()));
    pyramid = models.example().orElseThrow();
    Tensor p2 = pyramid.level(0);
    Size picture = new Size(4 * p2.height(), 4 * p2.width());
    geometry = new ImageGeometry(picture, picture, picture);
    System.out.println(backend.description());
  }

  /** Boxes from features. */
  @Benchmark
  public Detections detect() {
    return head.apply(pyramid.levels(), geometry);
  }

  /** Prints the checksum. */
  @TearDown
  public void tearDown() {
    Detections found = detect();
    int n = found.labels().length;
    System.out.println(n + " boxes");
    Figure.printChecksum(Checksum.of(Tensor.of(1, n, 4, found.boxes())));
    backend.close();
  }
}
