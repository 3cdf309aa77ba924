package dev.facet.conformance;

import dev.facet.codec.FeatureException;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.io.IOException;
import java.nio.file.Path;

/** Writes the conformance vectors, as the scalar definition computes them: {@code conformance/generate}. */
final class Generate {
  private Generate() {}

  public static void main(String[] args) throws IOException, FeatureException {
    if (args.length != 1) {
      System.err.println("usage: Generate FOLDER");
      System.exit(2);
    }
    try (Backend backend = Backends.open("scalar", Runtime.getRuntime().availableProcessors())) {
      ConformanceSuite.generate(Path.of(args[0]), backend);
    }
  }
}
