package dev.facet.eval.scenes;

import java.awt.image.BufferedImage;
import java.util.List;

/**
 * A picture and what is in it.
 *
 * @param image {@link BufferedImage#TYPE_INT_RGB}
 */
public record Scene(
    BufferedImage image, List<SceneObject> objects, Daylight daylight, Weather weather) {}
