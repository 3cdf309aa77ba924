package dev.facet.eval.scenes;

import java.util.List;

/**
 * All that a scene consists of.
 *
 * @param seed of what is drawn anew in each picture but must look the same
 */
record World(
    long seed,
    Street street,
    Ground ground,
    Light light,
    Lens lens,
    Viewpoint viewpoint,
    List<Thing> things) {}
