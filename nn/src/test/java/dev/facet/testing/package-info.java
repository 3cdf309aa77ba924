/** Test support shared by all modules: golden vectors and formula weights. */
@NullMarked
package dev.facet.testing;

import org.jspecify.annotations.NullMarked;
