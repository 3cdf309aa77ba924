package dev.facet.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Elementary;
import dev.facet.nn.Fma;
import dev.facet.testing.FmaCases;
import dev.facet.testing.RandomOperations;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No bit of any operation depends on whether the processor has fma instructions. */
final class SoftFmaTest {
  @Test
  void lanesHaveTheBitsOfMathFma() {
    check(FmaCases.special());
    FmaCases cases = new FmaCases(1);
    for (int i = 0; i < (Fma.HARDWARE ? 16 : 1); i++) {
      check(cases.next(1 << 16));
    }
  }

  private static void check(float[][] abc) {
    int lanes = SoftFma.F.length();
    float[] actual = new float[abc[0].length];
    for (int i = 0; i < actual.length; i += lanes) {
      FloatVector a = FloatVector.fromArray(SoftFma.F, abc[0], i);
      FloatVector b = FloatVector.fromArray(SoftFma.F, abc[1], i);
      FloatVector c = FloatVector.fromArray(SoftFma.F, abc[2], i);
      SoftFma.fma(a, b, c).intoArray(actual, i);
    }
    for (int i = 0; i < actual.length; i++) {
      float expected = Math.fma(abc[0][i], abc[1][i], abc[2][i]);
      if (Float.floatToIntBits(actual[i]) != Float.floatToIntBits(expected)) {
        throw new AssertionError(abc[0][i] + " * " + abc[1][i] + " + " + abc[2][i]);
      }
    }
  }

  /** Another JVM, with C2's fma switched off or with our choice forced, computes the digest of this one. */
  @ParameterizedTest
  @ValueSource(strings = {"-XX:-UseFMA", "-Ddev.facet.fma=soft", "-Ddev.facet.fma=hardware"})
  void anotherJvmComputesTheSameBits(String option) throws Exception {
    String output = run(option);
    assertThat(output).endsWith(digest());
    boolean x86 = List.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
    if (option.endsWith("UseFMA") && x86) {
      assertThat(output).as("the trial of %s", Fma.class).startsWith("soft");
    } else if (option.contains("=")) {
      assertThat(output).startsWith(option.substring(option.indexOf('=') + 1));
    }
  }

  /** What the other JVM runs. */
  public static void main(String[] args) {
    System.out.print((Fma.HARDWARE ? "hardware " : "soft ") + digest());
  }

  /** CRC-32C of random operations, which the two backends agree on, and of the elementary functions. */
  private static String digest() {
    RandomOperations random = new RandomOperations(1);
    try (Backend scalar = Backends.open("scalar", 1);
        Backend simd = Backends.open("simd", 1)) {
      for (int i = 0; i < 40; i++) {
        random.convolution(scalar, simd);
        random.gdn(scalar, simd);
        random.pointwise(scalar, simd);
      }
    }
    CRC32C crc = new CRC32C();
    for (float x = -110; x < 110; x += 0.01f) {
      float sum = Elementary.expFullRange(x) + Elementary.softplus(x);
      sum += Elementary.tanh(x) + Elementary.log(Math.abs(x));
      crc.update(Float.toString(sum).getBytes(StandardCharsets.US_ASCII));
    }
    return Long.toHexString(random.checksum()) + Long.toHexString(crc.getValue());
  }

  private static String run(String option) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(option);
    command.add("--add-modules=jdk.incubator.vector");
    command.add("-cp");
    command.add(
        Stream.of(
                Fma.class, SimdBackend.class, SoftFmaTest.class, RandomOperations.class, Test.class)
            .flatMap(SoftFmaTest::folders)
            .distinct()
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(SoftFmaTest.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(process.waitFor()).as("exit code of %s: %s", command, output).isZero();
    return output;
  }

  /** Where a class came from; for a module with tests patched in, both folders. */
  private static Stream<String> folders(Class<?> type) {
    try {
      Path from = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      return from.endsWith("classes") || from.endsWith("test-classes")
          ? Stream.of(from.resolveSibling("classes"), from.resolveSibling("test-classes"))
              .map(Path::toString)
          : Stream.of(from.toString());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
