package dev.facet.testing;

import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.checkpoint.Npy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The golden vectors: outputs of the reference implementations, which are too large for the
 * repository.
 *
 * <p>Their folder is the system property {@code facet.golden}, else the first {@code shared/golden}
 * beside the working directory or one of its parents.
 */
public final class Golden {
  private static final String MANIFEST = "manifest.json";
  private static final @Nullable Path FOLDER = find();

  private Golden() {}

  /** Whether the golden vectors are there. */
  public static boolean isPresent() {
    return FOLDER != null;
  }

  /**
   * The folder; without one the test is skipped on a developer's machine and fails in continuous
   * integration (environment variable CI), where a skipped test would pass for a green one.
   */
  public static Path require() {
    Path folder = FOLDER;
    if (folder == null) {
      String message =
          "no golden vectors: set -Dfacet.golden=FOLDER or put them into shared/golden beside the"
              + " repository";
      if (System.getenv("CI") != null) {
        Assertions.fail(message);
      }
      Assumptions.abort(message);
      throw new IllegalStateException(message);
    }
    return folder;
  }

  /** A file of the golden vectors, for example {@code path("fill/demo.safetensors")}. */
  public static Path path(String relative) {
    Path path = require().resolve(relative);
    if (!Files.exists(path)) {
      throw new AssertionError("the golden vectors lack " + path);
    }
    return path;
  }

  /** All bytes of a file. */
  public static byte[] bytes(String relative) {
    try {
      return Files.readAllBytes(path(relative));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tensors of a safetensors or PyTorch file. */
  public static Checkpoint checkpoint(String relative) {
    try {
      return Checkpoint.load(path(relative));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The array of an npy file. */
  public static CheckpointTensor npy(String relative) {
    try {
      return Npy.read(path(relative));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A JSON file whose root is an object. Numbers are Long if written as integers, else Double. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> json(String relative) {
    return (Map<String, Object>) parse(relative);
  }

  /** A JSON file whose root is a list. */
  @SuppressWarnings("unchecked")
  public static List<Object> jsonList(String relative) {
    return (List<Object>) parse(relative);
  }

  private static Object parse(String relative) {
    try {
      Object root = GoldenJson.parse(Files.readString(path(relative)));
      if (root == null) {
        throw new AssertionError(relative + " holds null");
      }
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Path find() {
    String property = System.getProperty("facet.golden");
    // The build always sets the property, whether or not there is such a folder.
    if (property != null && Files.exists(Path.of(property, MANIFEST))) {
      return Path.of(property);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve("shared").resolve("golden");
      if (Files.exists(candidate.resolve(MANIFEST))) {
        return candidate;
      }
    }
    return null;
  }
}
