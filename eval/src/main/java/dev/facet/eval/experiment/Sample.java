package dev.facet.eval.experiment;

import dev.facet.eval.dataset.LabelledImage;
import dev.facet.vision.image.Picture;

/**
 * A picture and what is in it.
 *
 * @param labels whose {@link LabelledImage#id()} no other sample has
 */
public record Sample(LabelledImage labels, Picture picture) {}
