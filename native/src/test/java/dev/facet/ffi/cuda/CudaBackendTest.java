package dev.facet.ffi.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelCodec;
import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.Activation;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.testing.RandomOperations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The CUDA kernels repeat the scalar definition of every operation to the last bit. On the device where {@code
 * -Dfacet.cuda=libfacet_cuda.so} is given; else the same kernels run on the processor, built by {@code native/cuda/CMakeLists.txt}.
 */
final class CudaBackendTest {
  private static final String PROPERTY = "dev.facet.ffi.facet_cuda";
  private static final Path PACK = Path.of("..", "models", "scenes");
  private static final int ROUNDS = Integer.getInteger("facet.cuda.rounds", 60);

  /** Fresh shapes in every run; the printed seed repeats one: -Dfacet.seed=... */
  private static final long SEED = Long.getLong("facet.seed", System.nanoTime());

  @BeforeAll
  static void library() throws Exception {
    String given = System.getProperty("facet.cuda");
    System.setProperty(PROPERTY, given != null ? given : builtForTheProcessor().toString());
  }

  @AfterAll
  static void noLibrary() {
    System.clearProperty(PROPERTY);
  }

  private static Path builtForTheProcessor() throws Exception {
    Path build = Path.of("target", "cuda").toAbsolutePath();
    assumeTrue(
        works("cmake", "--version") && works("c++", "--version"),
        "no cmake or no C++ compiler; native/setup installs them on Debian");
    run("cmake", "-S", Path.of("cuda").toString(), "-B", build.toString(), "-DFACET_ON_CPU=ON");
    run("cmake", "--build", build.toString());
    return build.resolve("libfacet_cuda.so");
  }

  private static boolean works(String... command) throws InterruptedException {
    try {
      run(command);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
  }

  @Test
  void everyOperationGivesTheScalarBits() {
    System.out.printf("random operations, cuda: seed %d%n", SEED);
    RandomOperations random = new RandomOperations(SEED);
    try (Backend scalar = Backends.open("scalar", 1);
        Backend cuda = Backends.open("cuda", 2)) {
      for (int i = 0; i < ROUNDS; i++) {
        random.convolution(scalar, cuda);
        random.gdn(scalar, cuda);
        random.pointwise(scalar, cuda);
      }
    }
  }

  @Test
  void largeMapsGiveTheScalarBits() {
    RandomOperations random = new RandomOperations(1);
    try (Backend scalar = Backends.open("scalar", 2);
        Backend cuda = Backends.open("cuda", 1)) {
      random.large(scalar, cuda);
    }
  }

  /** fma(0, -1, -0) is -0, and one step too many, fma(0, 0, -0), would make it +0. */
  @Test
  void chainsHaveNoStepTooMany() {
    ConvolutionParameters p =
        ConvolutionParameters.of(1, 3, 1, 1, new float[] {-1, -1, -1})
            .bias(new float[] {-0f})
            .build();
    try (Backend cuda = Backends.open("cuda", 1)) {
      float[] y = cuda.convolution(p).apply(Tensor.zeros(1, 1, 3), Epilogue.NONE).data();
      assertThat(Float.floatToRawIntBits(y[0])).isEqualTo(Float.floatToRawIntBits(-0f));
    }
  }

  @Test
  void theShippedPackGivesTheSameStreamAndFeatures() throws Exception {
    ModelPack pack = ModelPack.load(PACK);
    FeaturePyramid pyramid = pack.example().orElseThrow();
    Quality quality = Quality.of(3.5);
    try (ModelCodec scalar = codec(pack, "scalar");
        ModelCodec cuda = codec(pack, "cuda")) {
      byte[] stream = scalar.encode(pyramid, quality);
      assertThat(cuda.encode(pyramid, quality)).isEqualTo(stream);
      assertThat(cuda.decode(stream).sameBits(scalar.decode(stream))).isTrue();
    }
  }

  private static ModelCodec codec(ModelPack pack, String backend) throws IOException {
    return FeatureCodecs.open(pack, Backends.open(backend, 2), true, StreamLimits.DEFAULT);
  }

  /** What was read may be written to: from then on Java's copy is what counts. */
  @Test
  void elementsThatWereReadAreJavas() {
    try (Backend cuda = Backends.open("cuda", 1)) {
      Tensor x = cuda.activate(Tensor.of(1, 1, 3, new float[] {-1, 0, 2}), Activation.RELU);
      assertThat(x.data()).containsExactly(0, 0, 2);
      x.data()[1] = -5;
      assertThat(cuda.scaleChannels(x, new float[] {1, 2, 3}).data()).containsExactly(0, -10, 6);
    }
  }

  @Test
  void closedTensorsAreNoticed() {
    try (Backend cuda = Backends.open("cuda", 1)) {
      Tensor x = cuda.activate(Tensor.zeros(2, 2, 2), Activation.RELU);
      x.close();
      assertThatThrownBy(x::data).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> cuda.subsample(x)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aLibraryThatIsNotThereIsOneLine() {
    String known = System.getProperty(PROPERTY);
    System.setProperty(PROPERTY, "/nowhere/libfacet_cuda.so");
    try {
      assertThatThrownBy(() -> Backends.open("cuda", 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "backend 'cuda' (-Ddev.facet.backend) cannot run here: cuda: -D"
                  + PROPERTY
                  + "=/nowhere/libfacet_cuda.so is no readable file");
    } finally {
      System.setProperty(PROPERTY, known);
    }
    System.clearProperty(PROPERTY);
    try {
      assertThatThrownBy(() -> Backends.open("cuda", 1))
          .hasMessageContaining("cuda: -D" + PROPERTY + "=FILE names no library");
    } finally {
      System.setProperty(PROPERTY, known);
    }
  }
}
