/** Principal components of the channels, coded as the feature anchor codes channels. */
@NullMarked
package dev.facet.codec.pca;

import org.jspecify.annotations.NullMarked;
