package dev.facet.eval.scenes;

/** Parts that cars, trucks and buses share. */
final class Bodywork {
  static final Tint TYRE = Tint.rgb(0x1c1d20);
  static final Tint TRIM = Tint.rgb(0x24272c);
  static final Tint GLASS = Tint.rgb(0x27323d);
  static final Tint HEADLIGHT = Tint.rgb(0xfff4d2);
  static final Tint TAIL = Tint.rgb(0xb9141c);
  static final Tint TAIL_LIT = Tint.rgb(0xff3b30);
  private static final Vec ALONG = Vec.of(0, 0, 1);

  /** A corner of an outline seen from the side; {@code glass}: the strip from here to the next corner is a window. */
  record Corner(double z, double y, boolean glass) {
    static Corner at(double z, double y) {
      return new Corner(z, y, false);
    }

    static Corner window(double z, double y) {
      return new Corner(z, y, true);
    }
  }

  private Bodywork() {}

  /** A body with that outline; its half width goes from {@code low} at its foot to {@code high} at its top. */
  static void hull(Brush brush, Tint colour, double low, double high, Corner... outline) {
    double bottom = Double.MAX_VALUE;
    double top = -Double.MAX_VALUE;
    double middle = 0;
    for (Corner corner : outline) {
      bottom = Math.min(bottom, corner.y);
      top = Math.max(top, corner.y);
      middle += corner.z / outline.length;
    }
    Vec inside = Vec.of(0, (bottom + top) / 2, middle);
    int n = outline.length;
    Vec[] left = new Vec[n];
    Vec[] right = new Vec[n];
    for (int i = 0; i < n; i++) {
      double half = low + (high - low) * (outline[i].y - bottom) / (top - bottom);
      left[i] = Vec.of(-half, outline[i].y, outline[i].z);
      right[i] = Vec.of(half, outline[i].y, outline[i].z);
    }
    for (int i = 0; i < n; i++) {
      int next = (i + 1) % n;
      Vec[] strip = {left[i], left[next], right[next], right[i]};
      boolean glass = outline[i].glass;
      brush.part(
          left[i].mix(right[next], 0.5),
          () -> {
            if (brush.face(colour, inside, strip) && glass) {
              brush.glass(GLASS, inset(strip, 0.06, 0.1));
            }
          });
    }
    brush.part(Vec.of(-low, inside.y(), middle), () -> side(brush, colour, inside, left));
    brush.part(Vec.of(low, inside.y(), middle), () -> side(brush, colour, inside, right));
    brush.flush();
  }

  /** An outline need not be convex, so its corners do not tell where it looks. */
  private static void side(Brush brush, Tint colour, Vec inside, Vec... corners) {
    Vec outward = Vec.of(corners[0].x(), 0, 0);
    if (brush.faces(Vec.of(corners[0].x(), inside.y(), inside.z()), outward)) {
      brush.turn(outward);
      brush.flat(colour, corners);
    }
  }

  /** A four-cornered shape, smaller by those shares of its sides. */
  static Vec[] inset(Vec[] q, double across, double along) {
    return new Vec[] {
      quad(q, across, along),
      quad(q, across, 1 - along),
      quad(q, 1 - across, 1 - along),
      quad(q, 1 - across, along)
    };
  }

  private static Vec quad(Vec[] q, double s, double t) {
    return q[0].mix(q[3], s).mix(q[1].mix(q[2], s), t);
  }

  /** A rectangle on a side wall: x is its plane. */
  static Vec[] onSide(double x, double z0, double y0, double z1, double y1) {
    return new Vec[] {Vec.of(x, y0, z0), Vec.of(x, y1, z0), Vec.of(x, y1, z1), Vec.of(x, y0, z1)};
  }

  /** A rectangle on the front or back: z is its plane. */
  static Vec[] onFront(double z, double x0, double y0, double x1, double y1) {
    return new Vec[] {Vec.of(x0, y0, z), Vec.of(x0, y1, z), Vec.of(x1, y1, z), Vec.of(x1, y0, z)};
  }

  /** -1 or 1: the side wall that shows; 0 if none does. */
  static int shownSide(Brush brush, double half) {
    for (int side = -1; side <= 1; side += 2) {
      if (brush.faces(Vec.of(side * half, 1, 0), Vec.of(side, 0, 0))) {
        return side;
      }
    }
    return 0;
  }

  /** What one sees of the wheels under a body, before it is drawn. */
  static void tyres(Brush brush, double half, double radius, double... axles) {
    for (double z : axles) {
      for (int side = -1; side <= 1; side += 2) {
        double outer = side * half;
        double inner = side * (half - 0.26);
        brush.box(
            TYRE,
            Vec.of(Math.min(inner, outer), 0, z - 0.55 * radius),
            Vec.of(Math.max(inner, outer), radius, z + 0.55 * radius));
        brush.disc(TYRE, Vec.of(inner, radius, z), ALONG, Vec.UP, radius);
        brush.disc(TYRE, Vec.of(outer, radius, z), ALONG, Vec.UP, radius);
      }
    }
  }

  /** The wheels of the side that shows, over the body. */
  static void wheels(Brush brush, double half, double radius, Tint rim, double... axles) {
    int side = shownSide(brush, half);
    if (side == 0) {
      return;
    }
    brush.turn(Vec.of(side, 0, 0));
    double x = side * (half + 0.01);
    for (double z : axles) {
      Vec hub = Vec.of(x, radius, z);
      brush.flat(
          Tint.rgb(0x0d0e10),
          brush.circle(hub, ALONG, Vec.UP, radius * 1.2, 0, StrictMath.PI * 1.04));
      brush.disc(TYRE, hub, ALONG, Vec.UP, radius);
      brush.disc(rim, hub, ALONG, Vec.UP, radius * 0.62);
      if (brush.shows(radius * 0.25)) {
        brush.disc(rim.times(0.45), hub, ALONG, Vec.UP, radius * 0.36);
        brush.disc(rim, hub, ALONG, Vec.UP, radius * 0.16);
      }
    }
  }

  /** Two lamps at the front (z > 0) or back, and their light when it is dark. */
  static void lamps(Brush brush, double z, double x, double y, double width, double height) {
    boolean front = z > 0;
    if (!brush.faces(Vec.of(0, y, z), Vec.of(0, 0, z))) {
      return;
    }
    boolean lit = brush.light().lampsLit();
    brush.turn(Vec.of(0, 0, z));
    for (int side = -1; side <= 1; side += 2) {
      Vec[] shape = onFront(z + 0.01 * Math.signum(z), side * x, y, side * (x - width), y + height);
      if (lit) {
        brush.glowing(front ? HEADLIGHT : TAIL_LIT, shape);
      } else {
        brush.flat(front ? Tint.rgb(0xe9eef2) : TAIL, shape);
      }
    }
    if (lit && (!front || brush.light().daylight() != Daylight.DAY)) {
      for (int side = -1; side <= 1; side += 2) {
        brush.halo(
            front ? HEADLIGHT : TAIL_LIT,
            Vec.of(side * (x - width / 2), y + height / 2, z + 0.05 * Math.signum(z)),
            front ? 0.75 : 0.4,
            front ? 0.75 : 0.5);
      }
    }
  }

  /** The number plate. */
  static void plate(Brush brush, double z, double y) {
    if (brush.shows(0.12) && brush.faces(Vec.of(0, y, z), Vec.of(0, 0, z))) {
      brush.turn(Vec.of(0, 0, z));
      brush.flat(Tint.rgb(0xe8e6da), onFront(z + 0.012 * Math.signum(z), -0.26, y, 0.26, y + 0.12));
    }
  }
}
