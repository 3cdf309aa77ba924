package dev.facet.eval.scenes;

import org.jspecify.annotations.Nullable;

/**
 * What a thing looks like, in its own frame: it stands on y = 0 around x = z = 0, its front to z.
 *
 * @param category null for what is no class
 * @param halfWidth metres to either side that it takes on the ground
 * @param halfLength metres to its front and back
 * @param height metres
 */
record Model(
    @Nullable SceneCategory category,
    double halfWidth,
    double halfLength,
    double height,
    Painter painter) {
  /** Draws the thing. */
  interface Painter {
    /**
     * @param brush in the thing's frame
     * @param travelled metres since the start, for what moves while it goes
     */
    void paint(Brush brush, double travelled);
  }
}
