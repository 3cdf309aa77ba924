/** Models and features made by formulas: for conformance vectors and for tests. */
@NullMarked
package dev.facet.codec.internal;

import org.jspecify.annotations.NullMarked;
