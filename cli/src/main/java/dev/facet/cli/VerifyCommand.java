package dev.facet.cli;

import dev.facet.cli.Failures.Failure;
import dev.facet.conformance.ConformanceSuite;
import dev.facet.conformance.Platform;
import dev.facet.conformance.VectorResult;
import dev.facet.conformance.Verify;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = {
      "Verifies that this machine gives the bits that every other one gives: decodes and encodes the conformance vectors,"
          + " runs every operation, and compares SHA-256 digests."
    },
    footer = {
      "",
      "Example: facet verify",
      "         facet verify --expect backend=simd --expect vector_bits=256",
      "Names for --expect are those of 'facet version --json'."
    })
final class VerifyCommand extends Operation {
  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description =
          "A folder with manifest.txt and streams; by default the vectors that are shipped.")
  private @Nullable Path folder;

  @Option(names = "--small", description = "Only the vectors that are quick without a compiler.")
  private boolean small;

  @Option(
      names = "--expect",
      paramLabel = "NAME=VALUE",
      description = "Fails unless this fact of the platform has this value. Repeatable.")
  private List<String> expectations = new ArrayList<>();

  @Mixin private JsonOption json = new JsonOption();

  @Override
  public Integer call() throws IOException, Failure {
    ConformanceSuite suite =
        folder == null ? ConformanceSuite.shipped() : ConformanceSuite.in(folder);
    Optional<String> problem =
        json.wanted() ? answer(suite) : Verify.run(suite, small, expectations, out()::println);
    if (problem.isPresent()) {
      throw new Failure(problem.get());
    }
    return DONE;
  }

  private Optional<String> answer(ConformanceSuite suite) {
    Backends.Choice choice = Backends.choose();
    try (Backend backend = choice.backend()) {
      Map<String, Object> facts = Platform.facts(choice);
      Optional<String> unexpected = Platform.unexpected(facts, expectations);
      if (unexpected.isPresent()) {
        return unexpected;
      }
      List<VectorResult> results = suite.verify(backend, small, result -> {});
      JsonOption.print(
          out(),
          JsonOption.object(
              "platform", facts,
              "backend", backend.name(),
              "vector_bits", backend.vectorBits(),
              "vectors", results.stream().map(VerifyCommand::json).toList()));
      return Verify.summary(results);
    }
  }

  private static Map<String, @Nullable Object> json(VectorResult result) {
    return JsonOption.object(
        "name", result.name(),
        "stream_sha256", result.streamSha256(),
        "features_sha256", result.featuresSha256(),
        "ok", result.ok(),
        "problem", result.problem().orElse(null));
  }
}
