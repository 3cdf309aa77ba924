package dev.facet.eval.scenes;

/**
 * Where an object stands and where its front points.
 *
 * @param at the origin of its own frame
 * @param yaw in radians, 0 along the street, positive to the right
 */
record Pose(Vec at, double yaw, double sin, double cos) {
  Pose(Vec at, double yaw) {
    this(at, yaw, StrictMath.sin(yaw), StrictMath.cos(yaw));
  }

  Vec point(Vec local) {
    return at.plus(direction(local));
  }

  Vec direction(Vec local) {
    return new Vec(cos * local.x() + sin * local.z(), local.y(), cos * local.z() - sin * local.x());
  }
}
