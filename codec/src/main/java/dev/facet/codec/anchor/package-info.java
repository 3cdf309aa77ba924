/** The anchors of MPEG's work on video coding for machines, which learned codecs are compared with: features or pictures, coded as video. */
@NullMarked
package dev.facet.codec.anchor;

import org.jspecify.annotations.NullMarked;
