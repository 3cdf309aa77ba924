/**
 * Pictures coded by conventional intra codecs: what the anchors of the papers code features with. The codecs themselves are found by
 * {@link java.util.ServiceLoader}, in modules that the core does not need.
 */
@NullMarked
package dev.facet.codec.video;

import org.jspecify.annotations.NullMarked;
