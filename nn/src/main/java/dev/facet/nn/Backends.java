package dev.facet.nn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * Chooses the backend, once and visibly. {@code -Ddev.facet.backend=scalar|simd|cuda} forces one or fails; otherwise the best
 * one that can run here is taken. {@code -Ddev.facet.threads=N} sets the number of threads, by default all processors;
 * {@link Fma} has a property of its own.
 */
public final class Backends {
  /** System property that forces a backend by name. */
  public static final String BACKEND_PROPERTY = "dev.facet.backend";

  /** System property that sets the number of threads. */
  public static final String THREADS_PROPERTY = "dev.facet.threads";

  private static final System.Logger LOG = System.getLogger("dev.facet");

  private Backends() {}

  /**
   * A backend and why it was chosen.
   *
   * @param reason for people, one line
   */
  public record Choice(Backend backend, String reason) {}

  /** {@link #choose()}, the backend alone. The caller closes it. */
  public static Backend open() {
    return choose().backend();
  }

  /**
   * Chooses by the system properties.
   *
   * @throws IllegalStateException if the forced backend is unknown or cannot run here, or the thread count is not a
   *     positive number; the message says what to do
   */
  public static Choice choose() {
    return choose(Optional.ofNullable(System.getProperty(BACKEND_PROPERTY)), threads());
  }

  /**
   * Opens one backend by name.
   *
   * @throws IllegalStateException if it is unknown or cannot run here
   */
  public static Backend open(String name, int threads) {
    return choose(Optional.of(name), threads).backend();
  }

  private static Choice choose(Optional<String> forced, int threads) {
    String fma = System.getProperty(Fma.PROPERTY, Fma.AUTO);
    if (!Set.of(Fma.AUTO, Fma.ALWAYS_HARDWARE, Fma.ALWAYS_SOFT).contains(fma)) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "-D%s=%s: give hardware, soft or auto", Fma.PROPERTY, fma));
    }
    List<String> notes = new ArrayList<>();
    List<BackendProvider> usable = new ArrayList<>();
    for (BackendProvider provider : providers(notes)) {
      if (forced.isPresent() && !provider.name().equals(forced.get())) {
        continue;
      }
      Optional<String> problem = unavailable(provider);
      if (problem.isPresent()) {
        notes.add(provider.name() + ": " + problem.get());
      } else {
        usable.add(provider);
      }
    }
    if (forced.isPresent()) {
      if (usable.isEmpty()) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "backend '%s' (-D%s) cannot run here: %s",
                forced.get(),
                BACKEND_PROPERTY,
                notes.isEmpty() ? "no module provides it" : String.join("; ", notes)));
      }
      return logged(
          new Choice(usable.getFirst().create(threads), "forced by -D" + BACKEND_PROPERTY));
    }
    List<BackendProvider> good = new ArrayList<>();
    for (BackendProvider provider : usable) {
      provider
          .discouraged()
          .ifPresentOrElse(
              why -> notes.add(provider.name() + ": " + why), () -> good.add(provider));
    }
    BackendProvider best =
        good.stream().max(Comparator.comparingInt(BackendProvider::priority)).orElseThrow();
    String reason =
        notes.isEmpty() ? "the fastest available" : "not used: " + String.join("; ", notes);
    return logged(new Choice(best.create(threads), reason));
  }

  private static Choice logged(Choice choice) {
    LOG.log(
        System.Logger.Level.DEBUG,
        () -> choice.backend().description() + " (" + choice.reason() + ")");
    return choice;
  }

  private static List<BackendProvider> providers(List<String> notes) {
    List<BackendProvider> found = new ArrayList<>();
    found.add(new ScalarBackend.Provider());
    var iterator = ServiceLoader.load(BackendProvider.class).iterator();
    // A provider whose module or class cannot be loaded (no jdk.incubator.vector on the class path)
    // is a note, not an error.
    while (true) {
      try {
        if (!iterator.hasNext()) {
          return found;
        }
        found.add(iterator.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        notes.add(
            String.format(
                Locale.ROOT,
                "a provider could not be loaded (%s); on the class path add --add-modules jdk.incubator.vector",
                e.getMessage()));
      }
    }
  }

  private static Optional<String> unavailable(BackendProvider provider) {
    try {
      return provider.unavailable();
    } catch (LinkageError e) {
      return Optional.of(e + "; on the class path add --add-modules jdk.incubator.vector");
    }
  }

  /**
   * The number of threads to use: {@value #THREADS_PROPERTY}, or else all processors.
   *
   * @throws IllegalStateException if the property is not a positive number
   */
  public static int threads() {
    String text = System.getProperty(THREADS_PROPERTY);
    if (text == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    try {
      int threads = Integer.parseInt(text.strip());
      if (threads >= 1 && threads <= 1024) {
        return threads;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new IllegalStateException(
        String.format(
            Locale.ROOT, "-D%s=%s: give a number from 1 to 1024", THREADS_PROPERTY, text));
  }
}
