package dev.facet.eval.scenes;

/** Trees, bushes and hedges. */
final class Plants {
  private static final int[] LEAVES = {
    0x4f7a35, 0x3d6b34, 0x66873a, 0x2f5a33, 0x7a8f3e, 0xa8792c, 0x5c8148
  };

  private Plants() {}

  static Model tree(Dice dice) {
    return dice.chance(0.25) ? conifer(dice) : broadleaf(dice);
  }

  private static Model broadleaf(Dice dice) {
    Tint leaf = dice.tint(LEAVES).times(dice.uniform(0.85, 1.1));
    double height = dice.uniform(5, 9.5);
    double radius = height * dice.uniform(0.24, 0.34);
    Tint bark = dice.tint(0x5b4632, 0x6d5a45, 0x8a8578);
    Vec centre = Vec.of(0, height - radius, 0);
    Vec[] blobs = blobs(dice, centre, radius, 26);
    return new Model(
        null,
        0.25,
        0.25,
        height,
        (brush, travelled) -> {
          brush.limb(bark, Vec.of(0, 0, 0), centre, 0.17, 0.1);
          if (brush.shows(0.1)) {
            brush.limb(
                bark,
                Vec.of(0, height * 0.4, 0),
                Vec.of(radius * 0.5, height - radius, 0),
                0.07,
                0.04);
            brush.limb(
                bark,
                Vec.of(0, height * 0.45, 0),
                Vec.of(-radius * 0.5, height - radius * 0.8, 0),
                0.07,
                0.04);
          }
          crown(brush, leaf, blobs, centre, radius);
        });
  }

  static Model bush(Dice dice) {
    Tint leaf = dice.tint(LEAVES).times(dice.uniform(0.75, 1.05));
    double radius = dice.uniform(0.45, 1.0);
    Vec centre = Vec.of(0, radius * 0.75, 0);
    Vec[] blobs = blobs(dice, centre, radius, 14);
    return new Model(
        null,
        radius,
        radius,
        radius * 1.7,
        (brush, travelled) -> crown(brush, leaf, blobs, centre, radius));
  }

  /** Places in a ball, the high ones last: they catch the light. */
  private static Vec[] blobs(Dice dice, Vec centre, double radius, int n) {
    Vec[] blobs = new Vec[n];
    for (int i = 0; i < n; i++) {
      Vec d = Vec.of(dice.normal(0.5), dice.normal(0.42), dice.normal(0.5));
      double length = Math.max(1, d.length() / 0.8);
      blobs[i] = centre.plus(d.times(radius / length));
    }
    java.util.Arrays.sort(blobs, java.util.Comparator.comparingDouble(Vec::y));
    return blobs;
  }

  private static void crown(Brush brush, Tint leaf, Vec[] blobs, Vec centre, double radius) {
    for (int i = 0; i < blobs.length; i++) {
      double high = (blobs[i].y() - centre.y()) / radius;
      double size = radius * (0.30 + 0.13 * (i * 7 % 5) / 4);
      Tint tint = leaf.times(0.72 + 0.34 * high + 0.05 * (i % 3));
      brush.ball(tint, blobs[i], size);
      if (brush.shows(size * 0.25)) {
        brush.ball(
            tint.times(1.14), blobs[i].plus(Vec.of(-size * 0.2, size * 0.3, 0)), size * 0.55);
        brush.ball(
            tint.times(1.27), blobs[i].plus(Vec.of(size * 0.15, size * 0.45, 0)), size * 0.24);
      }
    }
  }

  private static Model conifer(Dice dice) {
    Tint needle = dice.tint(0x2c4f33, 0x35583a, 0x274637).times(dice.uniform(0.9, 1.15));
    double height = dice.uniform(5, 11);
    double radius = height * dice.uniform(0.16, 0.22);
    return new Model(
        null,
        0.3,
        0.3,
        height,
        (brush, travelled) -> {
          brush.limb(Tint.rgb(0x4d3b2a), Vec.of(0, 0, 0), Vec.of(0, height * 0.2, 0), 0.15, 0.13);
          int tiers = 5;
          for (int i = 0; i < tiers; i++) {
            double low = height * (0.12 + 0.16 * i);
            double wide = radius * (1 - 0.17 * i);
            Vec tip = Vec.of(0, Math.min(height, low + height * 0.34), 0);
            Vec[] rim =
                brush.circle(
                    Vec.of(0, low, 0),
                    Vec.of(1, 0, 0),
                    Vec.of(0, 0, 1),
                    wide,
                    0,
                    2 * StrictMath.PI);
            for (int k = 0; k < rim.length; k++) {
              brush.face(
                  needle.times(0.85 + 0.07 * i + (k % 2) * 0.1),
                  Vec.of(0, low, 0),
                  rim[k],
                  rim[(k + 1) % rim.length],
                  tip);
            }
          }
        });
  }

  /** Along the street. */
  static Model hedge(Dice dice, double length) {
    Tint leaf = dice.tint(LEAVES).times(dice.uniform(0.7, 1));
    double height = dice.uniform(0.8, 1.7);
    double half = 0.4;
    double[] bumps = new double[(int) (length / 0.5)];
    for (int i = 0; i < bumps.length; i++) {
      bumps[i] = dice.uniform(-0.08, 0.08);
    }
    return new Model(
        null,
        half,
        length / 2,
        height,
        (brush, travelled) -> {
          brush.box(leaf, Vec.of(-half, 0, -length / 2), Vec.of(half, height, length / 2));
          if (brush.shows(0.2)) {
            for (int i = 0; i < bumps.length; i++) {
              double z = -length / 2 + (i + 0.5) * 0.5;
              brush.ball(leaf.times(1.05 + bumps[i]), Vec.of(bumps[i] * 2, height - 0.1, z), 0.3);
              for (int side = -1; side <= 1; side += 2) {
                brush.turn(Vec.of(side, 0.3, 0));
                if (brush.faces(Vec.of(side * half, 0, z), Vec.of(side, 0, 0))) {
                  brush.ball(
                      leaf.times(0.86 + 2 * bumps[i]),
                      Vec.of(side * half * 0.8, height * (0.45 + 2 * bumps[i]), z),
                      0.26);
                }
              }
            }
          }
        });
  }
}
