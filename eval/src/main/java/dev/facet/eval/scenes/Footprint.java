package dev.facet.eval.scenes;

/** The rectangle of ground under a thing. */
record Footprint(Pose pose, double halfWidth, double halfLength, Vec[] corners) {
  private static final Vec[] SIDES = {
    Vec.of(1, 0, 0), Vec.of(-1, 0, 0), Vec.of(0, 0, 1), Vec.of(0, 0, -1)
  };

  Footprint(Pose pose, double halfWidth, double halfLength) {
    this(
        pose,
        halfWidth,
        halfLength,
        new Vec[] {
          pose.point(Vec.of(-halfWidth, 0, -halfLength)),
          pose.point(Vec.of(-halfWidth, 0, halfLength)),
          pose.point(Vec.of(halfWidth, 0, halfLength)),
          pose.point(Vec.of(halfWidth, 0, -halfLength))
        });
  }

  static Footprint of(Thing thing, double seconds) {
    return new Footprint(thing.at(seconds), thing.model().halfWidth(), thing.model().halfLength());
  }

  Footprint grown(double metres) {
    return new Footprint(pose, halfWidth + metres, halfLength + metres);
  }

  boolean overlaps(Footprint other) {
    for (Vec side : SIDES) {
      if (clears(side, other) || other.clears(side, this)) {
        return false;
      }
    }
    return true;
  }

  /** Whether this hides {@code other} where their pictures overlap, seen from there. */
  boolean hides(Footprint other, Vec eye) {
    boolean safe = safeFrom(other, eye);
    boolean otherSafe = other.safeFrom(this, eye);
    return safe != otherSafe
        ? safe
        : !safe && pose.at().minus(eye).length() < other.pose.at().minus(eye).length();
  }

  /** A side of one of them parts the two, with this and the eye on the same side of it. */
  private boolean safeFrom(Footprint other, Vec eye) {
    for (Vec side : SIDES) {
      if ((clears(side, other) && beyond(side, eye) <= 0)
          || (other.clears(side, this) && other.beyond(side, eye) >= 0)) {
        return true;
      }
    }
    return false;
  }

  /** Whether all of the other is beyond that side of this. */
  private boolean clears(Vec side, Footprint other) {
    for (Vec corner : other.corners) {
      if (beyond(side, corner) < 0) {
        return false;
      }
    }
    return true;
  }

  private double beyond(Vec side, Vec p) {
    return p.minus(pose.at()).dot(pose.direction(side))
        - Math.abs(side.x()) * halfWidth
        - Math.abs(side.z()) * halfLength;
  }
}
