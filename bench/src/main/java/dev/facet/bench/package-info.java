/** JMH benchmarks. Each one runs on the backend and the threads that the JVM's properties choose. */
@NullMarked
package dev.facet.bench;

import org.jspecify.annotations.NullMarked;
