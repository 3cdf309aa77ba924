package dev.facet.simd;

import dev.facet.nn.Parallel;
import dev.facet.nn.TensorPool;

/**
 * What the operations of one backend share.
 *
 * @param parallel the threads
 * @param pool the memory of results
 * @param scratch each thread's working arrays
 */
record Workspace(Parallel parallel, TensorPool pool, ThreadLocal<Scratch> scratch) {}
