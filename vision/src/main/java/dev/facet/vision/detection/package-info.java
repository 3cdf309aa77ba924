/**
 * Faster and Mask R-CNN, split at the feature pyramid: an image to levels, and levels to
 * detections.
 */
@NullMarked
package dev.facet.vision.detection;

import org.jspecify.annotations.NullMarked;
