package dev.facet.vision.detection;

/**
 * Boxes that may hold an object, by falling score.
 *
 * @param boxes x1, y1, x2, y2 of each, in pixels of the resized image
 * @param scores probability of an object in each
 * @param levels on which level each was found, 0 for p2
 */
record Proposals(float[] boxes, float[] scores, int[] levels) {
  int count() {
    return scores.length;
  }
}
