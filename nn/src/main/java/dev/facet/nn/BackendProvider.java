package dev.facet.nn;

import java.util.Optional;

/** How a module offers a {@link Backend} to {@link Backends}; found by {@link java.util.ServiceLoader}. */
public interface BackendProvider {
  /** The name of the backend it makes. */
  String name();

  /** Among the available ones the highest is chosen. The scalar backend has 0. */
  int priority();

  /** Why the backend cannot run here, in one sentence that says what to do; empty if it can. */
  Optional<String> unavailable();

  /**
   * @param threads worker threads, at least 1
   */
  Backend create(int threads);
}
