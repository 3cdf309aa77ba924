/** Pictures from files: decoding, orientation, colour, limits. */
@NullMarked
package dev.facet.vision.image;

import org.jspecify.annotations.NullMarked;
