/** The embedded video codec: JPEG 2000, by JJ2000, in Java. */
@NullMarked
package dev.facet.eval.jpeg2000;

import org.jspecify.annotations.NullMarked;
