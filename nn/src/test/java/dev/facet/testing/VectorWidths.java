package dev.facet.testing;

import dev.facet.nn.Backend;
import dev.facet.nn.BackendProvider;
import dev.facet.nn.Backends;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The SIMD backend in several vector widths in one JVM. Its width is a constant of its classes, for speed, so that each width here is a
 * copy of the module in a layer of its own.
 */
public final class VectorWidths {
  /** Widths that the backend knows. What is wider than this processor runs in plain Java, slowly. */
  public static final List<Integer> ALL = List.of(64, 128, 256, 512);

  private static final String MODULE = "dev.facet.simd";
  private static final String PROPERTY = "dev.facet.vectorBits";
  private static final Map<Integer, BackendProvider> PROVIDERS = new ConcurrentHashMap<>();

  private VectorWidths() {}

  /** Whether vectors of so many bits are what this processor has, and not emulated. */
  public static boolean isFast(int bits) {
    try (Backend simd = Backends.open("simd", 1)) {
      return bits <= simd.vectorBits();
    }
  }

  /** The SIMD backend with vectors of so many bits. */
  public static Backend open(int bits, int threads) {
    Backend backend = PROVIDERS.computeIfAbsent(bits, VectorWidths::provider).create(threads);
    if (backend.vectorBits() != bits) {
      throw new AssertionError("asked for " + bits + " bits, got " + backend.description());
    }
    return backend;
  }

  private static BackendProvider provider(int bits) {
    ModuleFinder finder = ModuleFinder.of(home());
    ModuleLayer boot = ModuleLayer.boot();
    Configuration configuration =
        boot.configuration().resolve(finder, ModuleFinder.of(), Set.of(MODULE));
    ModuleLayer layer =
        boot.defineModulesWithOneLoader(configuration, ClassLoader.getSystemClassLoader());
    BackendProvider provider = simd(ServiceLoader.load(layer, BackendProvider.class), layer);
    String before = System.getProperty(PROPERTY);
    System.setProperty(PROPERTY, Integer.toString(bits));
    try {
      provider
          .unavailable()
          .ifPresent(why -> {
            throw new AssertionError(why);
          });
      return provider;
    } finally {
      if (before == null) {
        System.clearProperty(PROPERTY);
      } else {
        System.setProperty(PROPERTY, before);
      }
    }
  }

  /** Where the module lies, whether it came as a module or on the class path. */
  private static Path home() {
    BackendProvider provider = simd(ServiceLoader.load(BackendProvider.class), null);
    try {
      return Path.of(
          provider.getClass().getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static BackendProvider simd(
      ServiceLoader<BackendProvider> loader, @Nullable ModuleLayer layer) {
    for (BackendProvider provider : loader) {
      if (provider.name().equals("simd")
          && (layer == null || provider.getClass().getModule().getLayer() == layer)) {
        return provider;
      }
    }
    throw new AssertionError("no module " + MODULE + " for these tests");
  }
}
