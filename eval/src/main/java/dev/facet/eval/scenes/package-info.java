/** Seeded street scenes, drawn, with exact boxes and masks. */
@NullMarked
package dev.facet.eval.scenes;

import org.jspecify.annotations.NullMarked;
