package dev.facet.conformance;

import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeatureException;
import dev.facet.codec.ModelCodec;
import dev.facet.codec.internal.RandomModel;
import dev.facet.nn.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The conformance vectors with the digests that they must have: operations of the backend, and streams of synthetic models that are
 * decoded and encoded again. What the vectors compute is code; the manifest and the streams are files.
 */
public final class ConformanceSuite {
  private final VectorSource source;
  private final Manifest manifest;

  private ConformanceSuite(VectorSource source) throws IOException {
    this.source = source;
    try {
      manifest = Manifest.parse(source.toString(), source.read(Manifest.FILE_NAME));
    } catch (NoSuchFileException e) {
      throw new IOException(
          source + " has no " + Manifest.FILE_NAME + ": it is no folder of conformance vectors", e);
    }
  }

  /**
   * The vectors that are shipped with this build.
   *
   * @throws IOException if they are damaged
   */
  public static ConformanceSuite shipped() throws IOException {
    return new ConformanceSuite(VectorSource.shipped());
  }

  /**
   * Vectors in a folder.
   *
   * @throws IOException if the folder has no manifest, or one that is damaged or of another numeric profile
   */
  public static ConformanceSuite in(Path folder) throws IOException {
    return new ConformanceSuite(VectorSource.in(folder));
  }

  /** Every vector of this build, operations first. */
  static List<ConformanceVector> vectors() {
    List<ConformanceVector> vectors = new ArrayList<>(OperationVectors.all());
    vectors.addAll(CodecVectors.all());
    return vectors;
  }

  /**
   * Runs the vectors.
   *
   * @param small only those that are quick even where nothing is compiled
   * @param done is told each result at once
   * @return all results; a vector that the manifest or this build lacks is one with a problem
   */
  public List<VectorResult> verify(Backend backend, boolean small, Consumer<VectorResult> done) {
    List<VectorResult> results = new ArrayList<>();
    Consumer<VectorResult> add =
        result -> {
          results.add(result);
          done.accept(result);
        };
    Set<String> unknown = new TreeSet<>(manifest.vectors().keySet());
    Codecs codecs = new Codecs(backend);
    for (ConformanceVector vector : vectors()) {
      unknown.remove(vector.name());
      if (!small || vector.small()) {
        add.accept(verify(vector, backend, codecs));
      }
    }
    for (String name : unknown) {
      add.accept(
          failed(name, "this build has no such vector: use the release that the vectors are for"));
    }
    return results;
  }

  private VectorResult verify(ConformanceVector vector, Backend backend, Codecs codecs) {
    Digests expected = manifest.vectors().get(vector.name());
    if (expected == null) {
      return failed(vector.name(), source + " has no such vector: they are incomplete");
    }
    try {
      return switch (vector) {
        case OperationVector operation ->
            compared(
                vector.name(),
                expected,
                new Digests(Digests.NONE, Digests.hex(operation.digest(backend))));
        case CodecVector codec -> verify(codec, expected, codecs.of(codec.model()));
      };
    } catch (NoSuchFileException e) {
      return failed(vector.name(), e.getMessage() + " is missing");
    } catch (IOException | FeatureException | RuntimeException e) {
      // a vector that cannot even be computed must not hide the ones after it
      return failed(vector.name(), String.valueOf(e.getMessage() == null ? e : e.getMessage()));
    }
  }

  private VectorResult verify(CodecVector vector, Digests expected, ModelCodec codec)
      throws IOException, FeatureException {
    byte[] stored = source.read(vector.fileName());
    if (!Digests.of(stored).equals(expected.stream())) {
      return failed(
          vector.name(),
          String.format(
              Locale.ROOT,
              "%s is damaged, or not the one of %s",
              vector.fileName(),
              Manifest.FILE_NAME));
    }
    String features = Digests.hex(vector.digest(codec, stored));
    return compared(
        vector.name(), expected, new Digests(Digests.of(vector.encode(codec)), features));
  }

  private static VectorResult compared(String name, Digests expected, Digests actual) {
    List<String> wrong = new ArrayList<>();
    if (!actual.features().equals(expected.features())) {
      wrong.add("features have SHA-256 " + actual.features() + ", not " + expected.features());
    }
    if (!actual.stream().equals(expected.stream())) {
      wrong.add("the encoded stream has SHA-256 " + actual.stream() + ", not " + expected.stream());
    }
    return new VectorResult(
        name,
        actual.stream(),
        actual.features(),
        wrong.isEmpty() ? Optional.empty() : Optional.of(name + ": " + String.join("; ", wrong)));
  }

  private static VectorResult failed(String name, String problem) {
    return new VectorResult(name, Digests.NONE, Digests.NONE, Optional.of(name + ": " + problem));
  }

  /**
   * Computes all vectors and writes their streams and, last, the manifest.
   *
   * @param folder exists
   * @throws IOException if a file cannot be written
   */
  static void generate(Path folder, Backend backend) throws IOException, FeatureException {
    Map<String, Digests> digests = new LinkedHashMap<>();
    Codecs codecs = new Codecs(backend);
    for (ConformanceVector vector : vectors()) {
      digests.put(
          vector.name(),
          switch (vector) {
            case OperationVector operation ->
                new Digests(Digests.NONE, Digests.hex(operation.digest(backend)));
            case CodecVector codecVector -> {
              ModelCodec codec = codecs.of(codecVector.model());
              byte[] stream = codecVector.encode(codec);
              Files.write(folder.resolve(codecVector.fileName()), stream);
              yield new Digests(Digests.of(stream), Digests.hex(codecVector.digest(codec, stream)));
            }
          });
    }
    Files.write(folder.resolve(Manifest.FILE_NAME), new Manifest(digests).toBytes());
  }

  /** The codec of each model, opened once; they borrow the backend, so that nothing is left to close. */
  private static final class Codecs {
    private final Backend backend;
    private final Map<RandomModel, ModelCodec> codecs = new HashMap<>();

    Codecs(Backend backend) {
      this.backend = backend;
    }

    ModelCodec of(RandomModel model) throws IOException {
      ModelCodec codec = codecs.get(model);
      if (codec == null) {
        codec = FeatureCodecs.open(model.pack(), backend);
        codecs.put(model, codec);
      }
      return codec;
    }
  }
}
