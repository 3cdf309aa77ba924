package dev.facet.eval.scenes;

/**
 * A labelled object in a scene. Its box is its mask's.
 *
 * @param trackId from 1; the same in all pictures of a sequence
 * @param mask what one sees of it
 */
public record SceneObject(SceneCategory category, int trackId, Mask mask) {}
