/** Chen et al. (2019): logarithmic quantiser, and each channel a frame of video. */
@NullMarked
package dev.facet.codec.logquant;

import org.jspecify.annotations.NullMarked;
