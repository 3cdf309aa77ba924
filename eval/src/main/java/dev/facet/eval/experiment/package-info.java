/** Runs of a codec over pyramids and labelled pictures, and the page that tells of them. */
@NullMarked
package dev.facet.eval.experiment;

import org.jspecify.annotations.NullMarked;
