package dev.facet.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Convolution;
import dev.facet.nn.Gdn;
import dev.facet.nn.Tensor;
import dev.facet.nn.TransposedConvolution;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shipped vectors hold, and whatever is wrong with vectors or arithmetic is found. */
final class ConformanceSuiteTest {
  /** Methods of a backend that compute nothing. */
  private static final Set<String> NO_OPERATIONS =
      Set.of("name", "description", "vectorBits", "threads", "close");

  @TempDir private Path folder;

  @ParameterizedTest(name = "{0}, {1} threads")
  @CsvSource({"scalar, 1", "simd, 2", "simd, 7"})
  void everyBackendHasTheBits(String name, int threads) throws IOException {
    try (Backend backend = Backends.open(name, threads)) {
      List<VectorResult> results = ConformanceSuite.shipped().verify(backend, false, result -> {});
      assertThat(results).hasSameSizeAs(ConformanceSuite.vectors()).allMatch(VectorResult::ok);
      assertThat(Verify.summary(results)).isEmpty();
    }
  }

  @Test
  void everyOperationOfTheBackendIsThere() {
    Set<String> called = new HashSet<>();
    try (Backend scalar = Backends.open("scalar", 2)) {
      Backend recorder = recording(Backend.class, scalar, called);
      for (OperationVector vector : OperationVectors.all()) {
        vector.digest(recorder);
      }
    }
    Set<String> operations = new TreeSet<>();
    for (Class<?> type :
        List.of(Backend.class, Convolution.class, Gdn.class, TransposedConvolution.class)) {
      for (Method method : type.getMethods()) {
        if (Modifier.isAbstract(method.getModifiers())
            && !NO_OPERATIONS.contains(method.getName())
            && !method.getName().equals("parameters")) {
          operations.add(type.getSimpleName() + "." + method.getName());
        }
      }
    }
    assertThat(operations).contains("Backend.softmax", "Convolution.applyAt", "Gdn.apply");
    assertThat(called)
        .as("add a vector for the new operation to OperationVectors, then conformance/generate")
        .containsAll(operations);
  }

  /** A backend that notes what is called, and whose packed operations do too. */
  private static <T> T recording(Class<T> type, T target, Set<String> called) {
    InvocationHandler handler =
        (proxy, method, args) -> {
          called.add(type.getSimpleName() + "." + method.getName());
          Object result = invoke(target, method, args);
          return switch (result) {
            case Convolution c -> recording(Convolution.class, c, called);
            case Gdn g -> recording(Gdn.class, g, called);
            case TransposedConvolution t -> recording(TransposedConvolution.class, t, called);
            case null, default -> result;
          };
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object invoke(Object target, Method method, Object[] args) throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Which NaN an operation gives is left open by IEEE 754 and by Java. */
  @Test
  void noOperationGivesNaN() {
    try (Backend scalar = Backends.open("scalar", 2)) {
      for (OperationVector vector : OperationVectors.all()) {
        for (Tensor result : vector.computation().on(scalar)) {
          for (float value : result.data()) {
            assertThat(value).as(vector.name()).isNotNaN();
          }
        }
      }
    }
  }

  @Test
  void namesAreUnique() {
    assertThat(ConformanceSuite.vectors())
        .extracting(ConformanceVector::name)
        .doesNotHaveDuplicates();
  }

  @Test
  void oneWrongBitOfOneOperationIsFound() throws IOException {
    try (Backend scalar = Backends.open("scalar", 2)) {
      Backend wrong =
          (Backend)
              Proxy.newProxyInstance(
                  Backend.class.getClassLoader(),
                  new Class<?>[] {Backend.class},
                  (proxy, method, args) -> {
                    Object result = invoke(scalar, method, args);
                    if (method.getName().equals("softmax")) {
                      float[] data = ((Tensor) result).data();
                      data[7] = Math.nextUp(data[7]);
                    }
                    return result;
                  });
      List<VectorResult> results = ConformanceSuite.shipped().verify(wrong, true, result -> {});
      assertThat(results)
          .filteredOn(result -> !result.ok())
          .extracting(VectorResult::name)
          .containsExactly("operation/softmax");
      assertThat(Verify.summary(results).orElseThrow())
          .startsWith("1 of ")
          .contains("operation/softmax: features have SHA-256 ");
    }
  }

  @Test
  void aDamagedStreamIsFound() throws IOException {
    copyShipped();
    Path stream = folder.resolve("small-context.fcm");
    byte[] bytes = Files.readAllBytes(stream);
    bytes[bytes.length / 2] ^= 4;
    Files.write(stream, bytes);
    assertFailing("small-context: small-context.fcm is damaged, or not the one of manifest.txt");
  }

  @Test
  void aStreamThatNoEncoderWroteIsFound() throws IOException {
    copyShipped();
    Path stream = folder.resolve("small-context.fcm");
    byte[] bytes = Files.readAllBytes(stream);
    String before = Digests.of(bytes);
    bytes[bytes.length / 2] ^= 4;
    Files.write(stream, bytes);
    editManifest(text -> text.replace(before, Digests.of(bytes)));
    assertFailing("small-context: byte ");
  }

  @Test
  void aMissingStreamIsFound() throws IOException {
    copyShipped();
    Files.delete(folder.resolve("small-gain.fcm"));
    assertFailing("small-gain: " + folder.resolve("small-gain.fcm") + " is missing");
  }

  @Test
  void aWrongDigestIsFound() throws IOException {
    copyShipped();
    editManifest(text -> text.replaceAll("(vector small-hyper \\S+ )\\S+", "$1" + "0".repeat(64)));
    assertFailing("small-hyper: features have SHA-256 ");
  }

  @Test
  void aMissingVectorIsFound() throws IOException {
    copyShipped();
    editManifest(text -> text.replaceAll("vector small-hyper .*\n", ""));
    assertFailing("small-hyper: " + folder + " has no such vector: they are incomplete");
  }

  @Test
  void anUnknownVectorIsFound() throws IOException {
    copyShipped();
    editManifest(text -> text + "vector of-tomorrow - " + "0".repeat(64) + "\n");
    assertFailing("of-tomorrow: this build has no such vector");
  }

  @Test
  void anotherNumericProfileIsRefused() throws IOException {
    copyShipped();
    editManifest(text -> text.replace("profile 1", "profile 2"));
    assertThatThrownBy(() -> ConformanceSuite.in(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "%s/manifest.txt says 'profile 2', this build verifies 'profile 1': use the release that the vectors are for",
            folder);
  }

  @Test
  void aFolderWithoutManifestIsRefused() {
    assertThatThrownBy(() -> ConformanceSuite.in(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(folder + " has no manifest.txt: it is no folder of conformance vectors");
  }

  @Test
  void theShippedManifestIsTheOneThatGenerateWrites() throws IOException {
    byte[] bytes = VectorSource.shipped().read(Manifest.FILE_NAME);
    assertThat(new String(bytes, StandardCharsets.US_ASCII)).contains("\nprofile 1\n");
    assertThat(Manifest.parse("", bytes).toBytes()).isEqualTo(bytes);
  }

  /** Cut or changed anywhere, a manifest is refused or says other digests; nothing else happens. */
  @Test
  void aDamagedManifestIsRefusedOrSaysOtherThings() throws IOException {
    byte[] bytes = VectorSource.shipped().read(Manifest.FILE_NAME);
    Manifest right = Manifest.parse("", bytes);
    for (int i = 0; i < 600; i++) {
      byte[] flipped = Arrays.copyOf(bytes, bytes.length);
      flipped[i] ^= (byte) (1 << i % 8);
      boolean comment = i < new String(bytes, StandardCharsets.US_ASCII).indexOf('\n');
      assertThat(parsed(Arrays.copyOf(bytes, i))).isNotEqualTo(Optional.of(right));
      if (!comment) {
        assertThat(parsed(flipped)).as("byte %d", i).isNotEqualTo(Optional.of(right));
      }
    }
    assertThat(parsed(new byte[1 << 20])).isEmpty();
  }

  private static Optional<Manifest> parsed(byte[] bytes) {
    try {
      return Optional.of(Manifest.parse("", bytes));
    } catch (IOException e) {
      assertThat(e.getMessage()).contains(Manifest.FILE_NAME);
      return Optional.empty();
    }
  }

  @Test
  void aRunFailsWhereSomethingElseRanThanWasAskedFor() throws IOException {
    Backends.Choice choice = Backends.choose();
    try (Backend backend = choice.backend()) {
      var facts = Platform.facts(choice);
      assertThat(
              Platform.unexpected(
                  facts,
                  List.of(
                      "backend=" + backend.name(),
                      "vector_bits=" + backend.vectorBits(),
                      "threads=" + backend.threads(),
                      "numeric_profile=1")))
          .isEmpty();
      assertThat(Platform.unexpected(facts, List.of("backend=cuda", "vector_bits=77")))
          .hasValueSatisfying(problem ->
              assertThat(problem)
                  .contains("backend is simd, but cuda was asked for; vector_bits is "));
      assertThatThrownBy(() -> Platform.unexpected(facts, List.of("nonsense=1")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("give NAME=VALUE with a name of facet, jdk");
    }
    assertThat(
            Verify.run(ConformanceSuite.shipped(), true, List.of("byte_order=MIDDLE"), line -> {}))
        .hasValueSatisfying(problem -> assertThat(problem).contains("but MIDDLE was asked for"));
  }

  private void copyShipped() throws IOException {
    VectorSource shipped = VectorSource.shipped();
    Files.write(folder.resolve(Manifest.FILE_NAME), shipped.read(Manifest.FILE_NAME));
    for (CodecVector vector : CodecVectors.all()) {
      Files.write(folder.resolve(vector.fileName()), shipped.read(vector.fileName()));
    }
  }

  private void editManifest(UnaryOperator<String> edit) throws IOException {
    Path manifest = folder.resolve(Manifest.FILE_NAME);
    String text = Files.readString(manifest);
    String edited = edit.apply(text);
    assertThat(edited).isNotEqualTo(text);
    Files.writeString(manifest, edited);
  }

  /** One vector alone fails, with one line. */
  private void assertFailing(String problem) throws IOException {
    try (Backend backend = Backends.open("simd", 2)) {
      List<VectorResult> results = ConformanceSuite.in(folder).verify(backend, true, result -> {});
      assertThat(results).filteredOn(result -> !result.ok()).hasSize(1);
      assertThat(Verify.summary(results).orElseThrow())
          .startsWith("1 of ")
          .contains(" conformance vectors failed: " + problem)
          .doesNotContain("\n");
    }
  }
}
