package dev.facet.bench;

import dev.facet.codec.CodecConfig;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeatureException;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelCodec;
import dev.facet.codec.ModelDescription;
import dev.facet.codec.ModelPack;
import dev.facet.codec.ModelPacks;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.StreamException;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
import dev.facet.testing.FormulaFill;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/**
 * Full-size L-MSFC with context model (F = 256): a pyramid of p2 = 200x304, that of an 800x1216 picture, to a Facet stream and
 * back, arithmetic coding included. Weights and features are the formula ones of the golden vectors ({@code -Dfacet.golden}), which
 * training/time_reference.py uses too.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4)
@Measurement(iterations = 8)
@Fork(value = 5, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class LmsfcBenchmark {
  /** F = 256 with formula weights; or a shipped pack on its own example. */
  @Param({"ar128", "ar192", "scenes"})
  public String model = "";

  @Param({"1", "2"})
  public int threads;

  private ModelCodec codec;
  private FeaturePyramid pyramid;
  private byte[] stream;

  @Setup
  public void setUp() throws IOException, FeatureException {
    System.setProperty(Backends.THREADS_PROPERTY, Integer.toString(threads));
    if (model.matches("(no)?ar\\d+")) {
      codec = FeatureCodecs.open(formulaPack(model));
      pyramid = formulaPyramid();
    } else {
      ModelPack pack = ModelPacks.standard().find(model);
      codec = FeatureCodecs.open(pack);
      pyramid = pack.example().orElseThrow();
    }
    stream = codec.encode(pyramid, Quality.of(0));
  }

  static ModelPack formulaPack(String model) throws IOException {
    int latent = Integer.parseInt(model.replaceAll("\\D", ""));
    CodecConfig config =
        new CodecConfig(256, latent, model.startsWith("ar"), 1, CodecConfig.DEFAULT_TABLES);
    ModelDescription description =
        new ModelDescription(
            model, CodecId.LMSFC, config, List.of(), Map.of(), "", Map.of(), Optional.empty());
    return ModelPack.of(description, FormulaFill.checkpoint("a/" + model + "/recipe.json"));
  }

  static FeaturePyramid formulaPyramid() throws FeatureException {
    List<Tensor> levels = new ArrayList<>();
    int height = 200;
    int width = 304;
    for (float[] level : FormulaFill.pyramid("in.time", 256, height, width, 1)) {
      levels.add(Tensor.fromChw(256, height, width, level));
      height = (height + 1) / 2;
      width = (width + 1) / 2;
    }
    return FeaturePyramid.of(levels);
  }

  @Benchmark
  public byte[] encode() throws FeatureException {
    return codec.encode(pyramid, Quality.of(0));
  }

  @Benchmark
  public FeaturePyramid decode() throws StreamException {
    return codec.decode(stream);
  }

  @TearDown
  public void tearDown() throws StreamException {
    Tensor[] levels = codec.decode(stream).levels().toArray(Tensor[]::new);
    System.out.println("stream of " + stream.length + " bytes");
    double values = Arrays.stream(levels).mapToDouble(level -> level.data().length).sum();
    Figure.print("pyramid", 1e-6 * Float.BYTES * values, "MB");
    Figure.printChecksum(Checksum.of(levels));
    codec.close();
  }
}
