package dev.facet.eval.scenes;

import java.awt.geom.Path2D;
import java.util.Optional;

/** A pinhole camera above the street, looking along it or across it. */
final class Camera {
  /** What is nearer, in metres, is cut off. */
  private static final double NEAR = 0.25;

  private final Vec at;
  private final double yaw;
  private final double focal;
  private final double centreX;
  private final double centreY;
  private final Vec right;
  private final Vec up;
  private final Vec forward;

  /**
   * @param at in metres, y above the ground
   * @param yaw to the right of the street's direction, radians
   * @param focal focal length in pixels
   * @param horizon row of the horizon in the middle of the picture, in pixels from the top
   * @param roll radians
   */
  Camera(Vec at, double yaw, double focal, double horizon, double roll, int width, int height) {
    this.at = at;
    this.yaw = yaw;
    this.focal = focal;
    this.centreX = width / 2.0;
    this.centreY = height / 2.0;
    double pitch = StrictMath.atan((centreY - horizon) / focal);
    Pose heading = new Pose(Vec.of(0, 0, 0), yaw);
    double sin = StrictMath.sin(pitch);
    double cos = StrictMath.cos(pitch);
    Vec level = heading.direction(Vec.of(1, 0, 0));
    Vec above = heading.direction(Vec.of(0, cos, sin));
    this.forward = heading.direction(Vec.of(0, -sin, cos));
    double s = StrictMath.sin(roll);
    double c = StrictMath.cos(roll);
    this.right = level.times(c).plus(above.times(s));
    this.up = above.times(c).minus(level.times(s));
  }

  Vec at() {
    return at;
  }

  double yaw() {
    return yaw;
  }

  double focal() {
    return focal;
  }

  double distance(Vec p) {
    return p.minus(at).length();
  }

  /** Metres in front of the picture plane. */
  double depth(Vec p) {
    return p.minus(at).dot(forward);
  }

  boolean inFront(Vec p) {
    return depth(p) > NEAR;
  }

  /** Pixels of a metre there. */
  double scale(Vec p) {
    return focal / Math.max(NEAR, depth(p));
  }

  double column(Vec p) {
    Vec d = p.minus(at);
    return centreX + focal * d.dot(right) / d.dot(forward);
  }

  double row(Vec p) {
    Vec d = p.minus(at);
    return centreY - focal * d.dot(up) / d.dot(forward);
  }

  /** Not of unit length: from the camera through that place of the picture. */
  Vec ray(double column, double row) {
    return forward.times(focal).plus(right.times(column - centreX)).minus(up.times(row - centreY));
  }

  /** The point of the ground at that column, {@code depth} metres in front (without roll). */
  Vec ground(double column, double depth) {
    double cos = Math.sqrt(1 - forward.y() * forward.y());
    double along = (depth + at.y() * forward.y()) / cos;
    Vec level = Vec.of(forward.x() / cos, 0, forward.z() / cos);
    Vec side = Vec.of(level.z(), 0, -level.x());
    return Vec.of(at.x(), 0, at.z())
        .plus(level.times(along))
        .plus(side.times((column - centreX) / focal * depth));
  }

  /** A flat shape in the picture, cut where it is too near; empty if nothing of it is in front. */
  Optional<Path2D> polygon(Vec... points) {
    Path2D.Double path = new Path2D.Double(Path2D.WIND_NON_ZERO, points.length + 3);
    boolean begun = false;
    Vec last = points[points.length - 1];
    double lastDepth = depth(last);
    for (Vec point : points) {
      double depth = depth(point);
      if (depth > NEAR != lastDepth > NEAR) {
        begun = add(path, last.mix(point, (NEAR - lastDepth) / (depth - lastDepth)), begun);
      }
      if (depth > NEAR) {
        begun = add(path, point, begun);
      }
      last = point;
      lastDepth = depth;
    }
    if (!begun) {
      return Optional.empty();
    }
    path.closePath();
    return Optional.of(path);
  }

  private boolean add(Path2D path, Vec point, boolean begun) {
    Vec d = point.minus(at);
    double depth = d.dot(forward);
    double x = centreX + focal * d.dot(right) / depth;
    double y = centreY - focal * d.dot(up) / depth;
    if (begun) {
      path.lineTo(x, y);
    } else {
      path.moveTo(x, y);
    }
    return true;
  }
}
