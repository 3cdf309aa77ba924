package dev.facet.simd;

import dev.facet.nn.Parallel;
import dev.facet.nn.TensorPool;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the operations of one backend share.
 *
 * @param parallel the threads
 * @param pool the memory of results
 * @param scratch each thread's working arrays
 * @param keeping bytes that operations keep to save time, {@link #MOST_KEPT} at most
 */
record Workspace(
    Parallel parallel, TensorPool pool, ThreadLocal<Scratch> scratch, AtomicLong keeping) {
  private static final long MOST_KEPT = 64L << 20;

  /** Whether an operation may keep so many bytes for good. */
  boolean reserve(long bytes) {
    return keeping.getAndUpdate(now -> now + bytes <= MOST_KEPT ? now + bytes : now) + bytes
        <= MOST_KEPT;
  }
}
