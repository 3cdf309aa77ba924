package dev.facet.conformance;

import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Verifies the conformance vectors, in a JVM that has nothing but this module and what it needs: {@code java -cp ...
 * dev.facet.conformance.Verify}. {@code facet verify} does the same.
 */
public final class Verify {
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private Verify() {}

  /** Runs and ends the JVM: 0 if all bits are right, 1 if not, 2 for wrong usage. */
  public static void main(String[] args) {
    List<String> expectations = new ArrayList<>();
    boolean small = false;
    Optional<Path> folder = Optional.empty();
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--small")) {
        small = true;
      } else if (args[i].equals("--expect") && i + 1 < args.length) {
        expectations.add(args[++i]);
      } else if (!args[i].startsWith("-") && folder.isEmpty()) {
        folder = Optional.of(Path.of(args[i]));
      } else {
        System.err.println("usage: Verify [FOLDER] [--small] [--expect NAME=VALUE]...");
        System.exit(USAGE);
      }
    }
    Optional<String> problem;
    try {
      ConformanceSuite suite =
          folder.isPresent() ? ConformanceSuite.in(folder.get()) : ConformanceSuite.shipped();
      problem = run(suite, small, expectations, System.out::println);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      problem = Optional.of(String.valueOf(e.getMessage()));
    }
    problem.ifPresent(line -> System.err.println("facet: " + line));
    System.exit(problem.isPresent() ? FAILED : 0);
  }

  /**
   * Prints the platform, then one line for each vector.
   *
   * @param expectations as {@link Platform#unexpected}; where one is not met, no vector runs
   * @return what is wrong, one line; empty if all bits are right
   */
  public static Optional<String> run(
      ConformanceSuite suite, boolean small, List<String> expectations, Consumer<String> out) {
    Backends.Choice choice = Backends.choose();
    try (Backend backend = choice.backend()) {
      Map<String, Object> facts = Platform.facts(choice);
      Platform.lines(facts).forEach(out);
      Optional<String> unexpected = Platform.unexpected(facts, expectations);
      if (unexpected.isPresent()) {
        return unexpected;
      }
      List<VectorResult> results =
          suite.verify(
              backend,
              small,
              result -> {
                out.accept(result.line());
                result.problem().ifPresent(out);
              });
      out.accept(results.size() + " vectors");
      return summary(results);
    }
  }

  /** One line about all vectors that are wrong; empty if none is. */
  public static Optional<String> summary(List<VectorResult> results) {
    List<VectorResult> wrong = results.stream().filter(result -> !result.ok()).toList();
    if (wrong.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%d of %d conformance vectors failed: %s%s",
            wrong.size(),
            results.size(),
            wrong.getFirst().problem().orElseThrow(),
            wrong.size() == 1 ? "" : "; and " + (wrong.size() - 1) + " more"));
  }
}
