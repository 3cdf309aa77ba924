package dev.facet.eval.scenes;

import dev.facet.eval.scenes.Drawing.Kind;

/** Houses beside a street: their front looks to x = -halfWidth (yaw turns it to the street). */
final class Buildings {
  private static final int[] PLASTER = {
    0xd9cdb8, 0xe6dccb, 0xc9b18f, 0xd8b48a, 0xb8c0c4, 0xc6cfc0, 0xe3c7b0, 0xa9b7bf, 0xcfa98f,
    0xdedad2
  };
  private static final int[] BRICK = {0x9c4f3c, 0x8a4535, 0xa8664a, 0x7d4a3c, 0xb07a5a};
  private static final int[] ROOFS = {0x8c4a38, 0x6b3f33, 0x55585e, 0x4a4038, 0x9a5f48};

  private enum Style {
    BLOCK,
    HOUSE,
    OFFICE
  }

  private record Look(
      Style style,
      Tint wall,
      boolean brick,
      Tint trim,
      Tint roof,
      Tint shop,
      boolean shops,
      int floors,
      double floor,
      double ground,
      double bay,
      boolean balconies,
      int lit,
      double half,
      double depth) {
    double eaves() {
      return ground + (floors - 1) * floor;
    }
  }

  private Buildings() {}

  /**
   * @param length along the street, metres
   * @param depth away from it
   */
  static Model roll(Dice dice, double length, double depth) {
    Style style = dice.pick(Style.BLOCK, Style.BLOCK, Style.HOUSE, Style.OFFICE);
    boolean brick = style != Style.OFFICE && dice.chance(0.4);
    Tint wall =
        style == Style.OFFICE
            ? Tint.hsb(dice.uniform(0.52, 0.62), dice.uniform(0.05, 0.3), dice.uniform(0.45, 0.75))
            : dice.tint(brick ? BRICK : PLASTER);
    Look look =
        new Look(
            style,
            wall.times(dice.uniform(0.85, 1.08)),
            brick,
            Tint.grey(dice.uniform(0.65, 0.92)),
            dice.tint(ROOFS),
            Tint.hsb(dice.uniform(0, 1), dice.uniform(0.35, 0.75), dice.uniform(0.4, 0.8)),
            style == Style.BLOCK && dice.chance(0.6),
            style == Style.HOUSE
                ? 2
                : style == Style.OFFICE ? dice.integer(4, 9) : dice.integer(3, 6),
            dice.uniform(2.9, 3.4),
            dice.uniform(3.2, 4.2),
            style == Style.OFFICE ? dice.uniform(1.6, 2.4) : dice.uniform(2.2, 3.2),
            style == Style.BLOCK && dice.chance(0.35),
            dice.integer(0, 1 << 20),
            length / 2,
            depth / 2);
    return new Model(
        null,
        depth / 2,
        length / 2,
        look.eaves() + (style == Style.HOUSE ? 2.6 : 0.5),
        (brush, travelled) -> paint(brush, look));
  }

  private static void paint(Brush brush, Look look) {
    double top = look.eaves();
    double d = look.depth;
    double h = look.half;
    for (int end = -1; end <= 1; end += 2) {
      if (brush.faces(Vec.of(0, 0, end * h), Vec.of(0, 0, end))) {
        brush.turn(Vec.of(0, 0, end));
        wall(brush, look, Vec.of(-d, 0, end * h), Vec.of(d, 0, end * h), false);
        if (look.style == Style.HOUSE) {
          brush.flat(
              look.wall.times(0.97),
              Vec.of(-d, top, end * h),
              Vec.of(0, top + 2.6, end * h),
              Vec.of(d, top, end * h));
        }
      }
    }
    if (brush.faces(Vec.of(-d, 0, 0), Vec.of(-1, 0, 0))) {
      brush.turn(Vec.of(-1, 0, 0));
      wall(brush, look, Vec.of(-d, 0, -h), Vec.of(-d, 0, h), true);
      if (look.style == Style.HOUSE) {
        brush.turn(Vec.of(-0.8, 0.7, 0));
        Vec[] roof = {
          Vec.of(-d - 0.4, top - 0.1, -h - 0.3),
          Vec.of(0, top + 2.6, -h - 0.3),
          Vec.of(0, top + 2.6, h + 0.3),
          Vec.of(-d - 0.4, top - 0.1, h + 0.3)
        };
        brush.flat(look.roof, roof);
        brush.kind(Kind.DETAIL);
        if (brush.shows(0.15)) {
          for (double t = 0.1; t < 1; t += 0.1) {
            brush.flat(
                look.roof.times(0.8),
                roof[0].mix(roof[1], t),
                roof[0].mix(roof[1], t + 0.025),
                roof[3].mix(roof[2], t + 0.025),
                roof[3].mix(roof[2], t));
          }
        }
        brush.kind(Kind.BODY);
        brush.box(
            look.wall.times(0.7),
            Vec.of(-0.9, top + 1.6, h * 0.4),
            Vec.of(-0.3, top + 3.1, h * 0.4 + 0.7));
      } else {
        brush.box(look.trim, Vec.of(-d - 0.3, top, -h), Vec.of(-d, top + 0.4, h));
      }
    }
  }

  /** A wall from its lower left to its lower right corner, in pieces: each fades into the haze by its own distance. */
  private static void wall(Brush brush, Look look, Vec from, Vec to, boolean front) {
    double length = to.minus(from).length();
    int bays = Math.max(1, (int) Math.round(length / look.bay));
    double top = look.eaves();
    Vec out = front ? Vec.of(-0.02, 0, 0) : Vec.of(0, 0, Math.signum(from.z()) * 0.02);
    for (int bay = 0; bay < bays; bay++) {
      Vec a = from.mix(to, (double) bay / bays);
      Vec b = from.mix(to, (bay + 1.0) / bays);
      Brush near = brush.moved(a.mix(b, 0.5).plus(Vec.of(0, 1.5, 0)));
      near.turn(out);
      near.kind(Kind.BODY);
      near.flat(look.wall, a, a.plus(Vec.of(0, top, 0)), b.plus(Vec.of(0, top, 0)), b);
      near.kind(Kind.DETAIL);
      if (look.brick && near.shows(0.09)) {
        courses(near, look, a.plus(out), b.plus(out), top);
      }
      if (front && look.shops) {
        shop(near, look, a.plus(out), b.plus(out), bay);
      } else {
        window(near, look, a, b, out, 0.9, Math.min(2.4, look.ground - 0.6), bay);
      }
      for (int floor = 1; floor < look.floors; floor++) {
        double low = look.ground + (floor - 1) * look.floor;
        window(near, look, a, b, out, low + 0.75, low + look.floor - 0.45, bay + 31 * floor);
        if (look.balconies && front && bay % 2 == 0 && near.shows(0.15)) {
          near.flat(
              look.trim.times(0.7),
              at(a, b, out, 0.1, low + 0.1),
              at(a, b, out, 0.1, low + 0.9),
              at(a, b, out, 0.9, low + 0.9),
              at(a, b, out, 0.9, low + 0.1));
          near.flat(
              look.trim.times(0.5),
              at(a, b, out, 0.06, low),
              at(a, b, out, 0.06, low + 0.12),
              at(a, b, out, 0.94, low + 0.12),
              at(a, b, out, 0.94, low));
        }
      }
    }
    brush.kind(Kind.BODY);
  }

  private static Vec at(Vec a, Vec b, Vec out, double t, double y) {
    return a.mix(b, t).plus(out).plus(Vec.of(0, y, 0));
  }

  private static void courses(Brush brush, Look look, Vec a, Vec b, double top) {
    double limit = Math.min(top, 9);
    for (double y = 0.25; y < limit; y += 0.3) {
      brush.flat(
          look.wall.times(1.16),
          a.plus(Vec.of(0, y, 0)),
          a.plus(Vec.of(0, y + 0.05, 0)),
          b.plus(Vec.of(0, y + 0.05, 0)),
          b.plus(Vec.of(0, y, 0)));
    }
  }

  private static void shop(Brush brush, Look look, Vec a, Vec b, int bay) {
    double high = look.ground - 0.75;
    Vec zero = Vec.of(0, 0, 0);
    Vec[] pane = {
      at(a, b, zero, 0.06, 0.35),
      at(a, b, zero, 0.06, high),
      at(a, b, zero, 0.94, high),
      at(a, b, zero, 0.94, 0.35)
    };
    if (brush.light().lampsLit()) {
      brush.glowing(Tint.rgb(bay % 3 == 0 ? 0xd8e4ea : 0xf0cf92).times(0.85), pane);
    } else {
      brush.glass(Tint.rgb(0x39434a), pane);
    }
    if (brush.shows(0.3)) {
      // goods on the shelves
      for (int i = 0; i < 4; i++) {
        double t = 0.14 + 0.2 * i;
        double y = 0.5 + 0.3 * (((look.lit >> (i + bay)) & 3) % 3);
        brush.flat(
            Tint.hsb((look.lit % 97) / 97.0 + 0.17 * i, 0.5, 0.6),
            at(a, b, zero, t, 0.4),
            at(a, b, zero, t, y),
            at(a, b, zero, t + 0.12, y),
            at(a, b, zero, t + 0.12, 0.4));
      }
    }
    brush.flat(
        look.shop,
        at(a, b, zero, 0, high + 0.1),
        at(a, b, zero, 0, high + 0.6),
        at(a, b, zero, 1, high + 0.6),
        at(a, b, zero, 1, high + 0.1));
    if (look.lit % 3 != 0) {
      Vec out = a.minus(b).cross(Vec.UP).unit().times(0.9);
      Vec hang = out.x() > 0 ? out.times(-1) : out;
      for (int i = 0; i < 6; i++) {
        brush.flat(
            i % 2 == 0 ? look.shop : Tint.grey(0.92),
            at(a, b, zero, i / 6.0, high),
            at(a, b, hang, i / 6.0, high - 0.45),
            at(a, b, hang, (i + 1) / 6.0, high - 0.45),
            at(a, b, zero, (i + 1) / 6.0, high));
      }
    }
  }

  private static void window(
      Brush brush, Look look, Vec a, Vec b, Vec out, double low, double high, int number) {
    double margin = look.style == Style.OFFICE ? 0.05 : 0.24;
    double below = look.style == Style.OFFICE ? low - 0.5 : low;
    if (!brush.shows((high - low) * 0.6)) {
      return;
    }
    if (look.style != Style.OFFICE && brush.shows(0.12)) {
      brush.flat(
          look.trim,
          at(a, b, out, margin - 0.05, below - 0.1),
          at(a, b, out, margin - 0.05, high + 0.1),
          at(a, b, out, 1.05 - margin, high + 0.1),
          at(a, b, out, 1.05 - margin, below - 0.1));
    }
    Vec[] pane = {
      at(a, b, out, margin, below),
      at(a, b, out, margin, high),
      at(a, b, out, 1 - margin, high),
      at(a, b, out, 1 - margin, below)
    };
    int hash = (((number * 0x9e3779b1) ^ (look.lit * 0x85ebca6b)) >>> 16) & 255;
    boolean lit =
        brush.light().daylight() != Daylight.DAY
            && hash < (brush.light().daylight() == Daylight.NIGHT ? 90 : 60);
    if (lit) {
      brush.glowing(
          Tint.rgb(hash % 3 == 0 ? 0xfff0c0 : hash % 3 == 1 ? 0xffd27a : 0xf2b65a).times(0.9),
          pane);
    } else {
      brush.glass(Tint.rgb(0x35424d).times(0.8 + (hash & 63) / 160.0), pane);
    }
    if (look.style != Style.OFFICE && brush.shows(0.18)) {
      brush.flat(
          look.trim.times(0.9),
          at(a, b, out, 0.485, below),
          at(a, b, out, 0.485, high),
          at(a, b, out, 0.515, high),
          at(a, b, out, 0.515, below));
    }
  }
}
