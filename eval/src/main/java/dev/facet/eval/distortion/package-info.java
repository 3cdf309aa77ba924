/**
 * Distortions of pictures and of features, of the same strength on the same scale, as in the analysis of distortions of 2021 that
 * docs/measures.md cites as S0.
 */
@NullMarked
package dev.facet.eval.distortion;

import org.jspecify.annotations.NullMarked;
