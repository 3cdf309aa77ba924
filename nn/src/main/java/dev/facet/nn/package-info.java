@NullMarked
package dev.facet.nn;

import org.jspecify.annotations.NullMarked;
