/** Conformance vectors, and the verifier that runs them on any JVM (docs/conformance.md). */
@NullMarked
package dev.facet.conformance;

import org.jspecify.annotations.NullMarked;
