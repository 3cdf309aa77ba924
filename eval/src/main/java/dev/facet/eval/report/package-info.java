/** Pictures, charts and pages that show a result. */
@NullMarked
package dev.facet.eval.report;

import org.jspecify.annotations.NullMarked;
