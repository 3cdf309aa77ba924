@NullMarked
package dev.facet.simd;

import org.jspecify.annotations.NullMarked;
