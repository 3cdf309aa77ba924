/** Bindings of x265, libde265, VVenC and VVdeC, and the programs that stand in for them. */
@NullMarked
package dev.facet.ffi;

import org.jspecify.annotations.NullMarked;
