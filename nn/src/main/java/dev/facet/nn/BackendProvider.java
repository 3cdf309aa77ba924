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

  /** Why the backend, though it could run, is only used when forced; empty if there is no such reason. */
  default Optional<String> discouraged() {
    return Optional.empty();
  }

  /**
   * @param threads worker threads, at least 1
   */
  Backend create(int threads);
}
