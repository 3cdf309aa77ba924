/** Measures of detections against truth. */
@NullMarked
package dev.facet.eval.metric;

import org.jspecify.annotations.NullMarked;
