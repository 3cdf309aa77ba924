package dev.facet.eval.scenes;

import dev.facet.eval.scenes.Drawing.Kind;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Paint;
import java.awt.RadialGradientPaint;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Draws the solid shapes of one thing, given in its own frame, as the camera sees them in the scene's light. */
final class Brush {
  /** Square pixels; smaller shapes get one colour. */
  private static final double GRADIENT = 120;

  /** The share of the sun's light that a round thing gets, on the average. */
  private static final double ROUND = 0.5;

  private record Part(double distance, Runnable paint) {}

  private final Camera camera;
  private final Light light;
  private final Pose pose;
  private final Tint lamps;
  private final double scale;
  private final double haze;
  private final Drawing drawing;
  private final List<Part> parts = new ArrayList<>();
  private Tint factor;
  private Kind kind = Kind.BODY;

  Brush(Camera camera, Light light, Pose pose) {
    this(camera, light, pose, pose.at().plus(Vec.UP), new Drawing());
  }

  private Brush(Camera camera, Light light, Pose pose, Vec at, Drawing drawing) {
    this.camera = camera;
    this.light = light;
    this.pose = pose;
    this.drawing = drawing;
    this.lamps = light.lamps(at);
    this.scale = camera.scale(at);
    this.haze = light.haze(camera.distance(at));
    this.factor = light.on(Vec.UP, lamps);
  }

  /** One for a part of a long thing: with the light, the haze and the scale of that place. */
  Brush moved(Vec local) {
    return new Brush(camera, light, pose, pose.point(local), drawing);
  }

  Drawing drawing() {
    return drawing;
  }

  /** What the following shapes are of the thing. */
  void kind(Kind next) {
    kind = next;
  }

  Light light() {
    return light;
  }

  /** Pixels of a metre. */
  double scale() {
    return scale;
  }

  /** Whether a detail of that size, in metres, is worth drawing. */
  boolean shows(double metres) {
    return metres * scale > 0.7;
  }

  /** Later {@link #flush}es these from far to near. */
  void part(Vec centre, Runnable paint) {
    parts.add(new Part(camera.distance(pose.point(centre)), paint));
  }

  void flush() {
    parts.sort(Comparator.comparingDouble(Part::distance).reversed());
    parts.forEach(part -> part.paint.run());
    parts.clear();
  }

  /** Whether a surface at that place with that outward direction shows itself. */
  boolean faces(Vec at, Vec outward) {
    return pose.direction(outward).dot(camera.at().minus(pose.point(at))) > 0;
  }

  /** Colours of this direction from now on. */
  void turn(Vec outward) {
    factor = light.on(pose.direction(outward).unit(), lamps);
  }

  /** Colours of what is round, where light from any side finds a part that faces it. */
  private void round() {
    factor = light.ambient().plus(light.sun().times(ROUND)).plus(lamps);
  }

  /** The flat side of a body around {@code inside}; nothing, and false, if it is turned away. */
  boolean face(Tint colour, Vec inside, Vec... corners) {
    Vec centre = Vec.of(0, 0, 0);
    for (Vec corner : corners) {
      centre = centre.plus(corner.times(1.0 / corners.length));
    }
    Vec normal = corners[1].minus(corners[0]).cross(corners[corners.length - 1].minus(corners[0]));
    if (normal.dot(centre.minus(inside)) < 0) {
      normal = normal.times(-1);
    }
    if (!faces(centre, normal)) {
      return false;
    }
    turn(normal);
    flat(colour, corners);
    return true;
  }

  /** A flat shape in the light of the last direction. */
  void flat(Tint colour, Vec... corners) {
    Tint lit = colour.times(factor);
    polygon(corners, shape -> shaded(shape, lit));
  }

  private Paint shaded(Path2D shape, Tint lit) {
    Rectangle2D bounds = shape.getBounds2D();
    if (bounds.getWidth() * bounds.getHeight() < GRADIENT) {
      return hazy(lit);
    }
    return new GradientPaint(
        0,
        (float) bounds.getMinY(),
        hazy(lit.times(1.09)),
        0,
        (float) bounds.getMaxY(),
        hazy(lit.times(0.87)));
  }

  /** Dark and smooth: mirrors the sky above and the street below. */
  void glass(Tint colour, Vec... corners) {
    Tint top = colour.times(factor).mix(light.skyTop().mix(light.haze(), 0.5), 0.42);
    Tint low = colour.times(factor).times(0.8);
    polygon(
        corners,
        shape -> {
          Rectangle2D bounds = shape.getBounds2D();
          return bounds.getWidth() * bounds.getHeight() < GRADIENT
              ? hazy(top.mix(low, 0.5))
              : new GradientPaint(
                  0, (float) bounds.getMinY(), hazy(top), 0, (float) bounds.getMaxY(), hazy(low));
        });
  }

  /** Gives light of its own. */
  void glowing(Tint colour, Vec... corners) {
    Color seen = colour.mix(light.haze(), haze * 0.6).color();
    polygon(corners, shape -> seen);
  }

  private void polygon(Vec[] corners, java.util.function.Function<Path2D, Paint> paint) {
    Vec[] points = new Vec[corners.length];
    for (int i = 0; i < corners.length; i++) {
      points[i] = pose.point(corners[i]);
    }
    camera.polygon(points).ifPresent(shape -> drawing.add(shape, paint.apply(shape), kind));
  }

  private Color hazy(Tint lit) {
    return lit.mix(light.haze(), haze).color();
  }

  /** A box between two corners; the sides that show, in any order (they do not hide each other). */
  void box(Tint colour, Vec low, Vec high) {
    Vec inside = low.mix(high, 0.5);
    double a = low.x();
    double b = low.y();
    double c = low.z();
    double d = high.x();
    double e = high.y();
    double f = high.z();
    face(colour, inside, Vec.of(a, b, c), Vec.of(a, e, c), Vec.of(a, e, f), Vec.of(a, b, f));
    face(colour, inside, Vec.of(d, b, c), Vec.of(d, e, c), Vec.of(d, e, f), Vec.of(d, b, f));
    face(colour, inside, Vec.of(a, b, c), Vec.of(d, b, c), Vec.of(d, e, c), Vec.of(a, e, c));
    face(colour, inside, Vec.of(a, b, f), Vec.of(d, b, f), Vec.of(d, e, f), Vec.of(a, e, f));
    face(colour, inside, Vec.of(a, e, c), Vec.of(d, e, c), Vec.of(d, e, f), Vec.of(a, e, f));
    face(colour, inside, Vec.of(a, b, c), Vec.of(d, b, c), Vec.of(d, b, f), Vec.of(a, b, f));
  }

  /** A rod with round ends, thicker at one of them perhaps: an arm, a pole. Never thinner than most of a pixel. */
  void limb(Tint colour, Vec from, Vec to, double fromRadius, double toRadius) {
    Vec a = pose.point(from);
    Vec b = pose.point(to);
    if (!camera.inFront(a) || !camera.inFront(b)) {
      return;
    }
    round();
    double ra = Math.max(0.4, fromRadius * camera.scale(a));
    double rb = Math.max(0.4, toRadius * camera.scale(b));
    drawing.add(
        rod(camera.column(a), camera.row(a), ra, camera.column(b), camera.row(b), rb),
        hazy(colour.times(factor)),
        kind);
  }

  private static Path2D rod(double ax, double ay, double ra, double bx, double by, double rb) {
    double angle = StrictMath.atan2(by - ay, bx - ax);
    int steps = Math.max(ra, rb) < 2 ? 2 : Math.max(ra, rb) < 6 ? 4 : 8;
    Path2D.Double path = new Path2D.Double(Path2D.WIND_NON_ZERO, 2 * steps + 4);
    for (int i = 0; i <= steps; i++) {
      double t = angle + StrictMath.PI * (0.5 + (double) i / steps);
      double x = ax + ra * StrictMath.cos(t);
      double y = ay + ra * StrictMath.sin(t);
      if (i == 0) {
        path.moveTo(x, y);
      } else {
        path.lineTo(x, y);
      }
    }
    for (int i = 0; i <= steps; i++) {
      double t = angle + StrictMath.PI * (-0.5 + (double) i / steps);
      path.lineTo(bx + rb * StrictMath.cos(t), by + rb * StrictMath.sin(t));
    }
    path.closePath();
    return path;
  }

  /** A ball. */
  void ball(Tint colour, Vec centre, double radius) {
    Vec c = pose.point(centre);
    if (camera.inFront(c)) {
      round();
      double r = Math.max(0.5, radius * camera.scale(c));
      Ellipse2D disc = new Ellipse2D.Double(camera.column(c) - r, camera.row(c) - r, 2 * r, 2 * r);
      drawing.add(disc, hazy(colour.times(factor)), kind);
    }
  }

  /** A flat round plate. {@code across} and {@code upward}, unit vectors, span it. */
  void disc(Tint colour, Vec centre, Vec across, Vec upward, double radius) {
    flat(colour, circle(centre, across, upward, radius, 0, 2 * StrictMath.PI));
  }

  /** Points of an arc, without its end. */
  Vec[] circle(Vec centre, Vec across, Vec upward, double radius, double from, double to) {
    double pixels = radius * scale;
    int steps = pixels < 2 ? 8 : pixels < 10 ? 14 : 24;
    Vec[] points = new Vec[steps];
    for (int i = 0; i < steps; i++) {
      double t = from + (to - from) * i / steps;
      points[i] =
          centre
              .plus(across.times(radius * StrictMath.cos(t)))
              .plus(upward.times(radius * StrictMath.sin(t)));
    }
    return points;
  }

  /** Light around a lamp, drawn over what is behind it. */
  void halo(Tint colour, Vec centre, double radius, double strength) {
    Vec c = pose.point(centre);
    if (camera.inFront(c)) {
      halo(
          drawing,
          camera.column(c),
          camera.row(c),
          Math.max(1.5, radius * camera.scale(c)),
          colour,
          strength * (1 - 0.7 * haze));
    }
  }

  static void halo(
      Drawing drawing, double x, double y, double radius, Tint colour, double strength) {
    double r = Math.min(radius, 160);
    drawing.add(
        new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r),
        new RadialGradientPaint(
            (float) x,
            (float) y,
            (float) r,
            new float[] {0, 0.25f, 1},
            new Color[] {colour.color(strength), colour.color(strength * 0.35), colour.color(0)}),
        Kind.DETAIL);
  }
}
