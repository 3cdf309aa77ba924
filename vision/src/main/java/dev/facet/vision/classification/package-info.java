/** Classification and retrieval networks of model packs. */
@NullMarked
package dev.facet.vision.classification;

import org.jspecify.annotations.NullMarked;
