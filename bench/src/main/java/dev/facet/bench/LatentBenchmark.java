package dev.facet.bench;

import dev.facet.codec.lmsfc.LmsfcNetworks;
import dev.facet.entropy.CorruptStreamException;
import dev.facet.entropy.GaussianConditional;
import dev.facet.entropy.GaussianVariant;
import dev.facet.entropy.JointAutoregressive;
import dev.facet.entropy.QuantizedLatent;
import dev.facet.entropy.RansDecoder;
import dev.facet.entropy.RansEncoder;
import dev.facet.entropy.SymbolOrder;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
import dev.facet.nn.layers.Weights;
import java.io.IOException;
import java.util.Random;
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
 * The context model's loop: a latent of 16x20 positions, that of an 800x1216 picture (p2 = 200x304, padded to 256x320), coded with the joint model; and what a pack
 * without tables pays for them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 5, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class LatentBenchmark {
  private static final int HEIGHT = 16;
  private static final int WIDTH = 20;

  @Param({"ar128", "scenes"})
  public String model = "";

  @Param({"1", "2"})
  public int threads;

  private Backend backend;
  private JointAutoregressive latents;
  private Tensor hyperParameters;
  private QuantizedLatent latent;
  private byte[] stream;

  /** Encodes a random latent. */
  @Setup
  public void setUp() throws IOException {
    System.setProperty(Backends.THREADS_PROPERTY, Integer.toString(threads));
    backend = Backends.open();
    LmsfcNetworks networks =
        LmsfcNetworks.read(new Weights(backend, PeerNetworkBenchmark.weights(model)));
    LmsfcNetworks.Context context = networks.context();
    if (context == null) {
      throw new IllegalArgumentException(model + " has no context model");
    }
    latents =
        new JointAutoregressive(
            context.model(),
            context.parameters(),
            GaussianConditional.of(GaussianVariant.values()[0]));
    Random random = new Random(1);
    int m = networks.latentChannels();
    hyperParameters = gaussian(random, 2 * m, 1);
    latent = latents.quantize(gaussian(random, m, 3), hyperParameters);
    stream = encode();
    System.out.println(backend.description() + ", stream of " + stream.length + " bytes");
  }

  private static Tensor gaussian(Random random, int channels, double scale) {
    Tensor x = Tensor.zeros(HEIGHT, WIDTH, channels);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = (float) (scale * random.nextGaussian());
    }
    return x;
  }

  private byte[] encode() {
    RansEncoder out = new RansEncoder();
    latents.encode(latent, SymbolOrder.FACET, out);
    return out.finish();
  }

  /** The decoder's loop: parameters of a wavefront, its symbols, their values into the next one's context. */
  @Benchmark
  public QuantizedLatent decode() throws CorruptStreamException {
    return latents.decode(hyperParameters, SymbolOrder.FACET, new RansDecoder(stream));
  }

  /** The 64 Gaussian tables of a variant. */
  @Benchmark
  public GaussianConditional tables() {
    return GaussianConditional.of(GaussianVariant.values()[0]);
  }

  /** Prints the checksum. */
  @TearDown
  public void tearDown() throws CorruptStreamException {
    Figure.printChecksum(Checksum.of(decode().yHat()));
    backend.close();
  }
}
