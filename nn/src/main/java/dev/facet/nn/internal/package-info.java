/** Helpers shared by Facet's own modules; not an API. */
@NullMarked
package dev.facet.nn.internal;

import org.jspecify.annotations.NullMarked;
