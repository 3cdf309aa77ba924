package dev.facet.eval.scenes;

/** What stands about in a street and is no class. */
final class Furniture {
  private static final Tint IRON = Tint.rgb(0x3b4046);

  private Furniture() {}

  /** Its lamp hangs over the street, to its own right. */
  static Model lampPost(Dice dice, double height) {
    double arm = dice.uniform(0.9, 1.8);
    Tint iron = dice.pick(IRON, Tint.rgb(0x6c7278), Tint.rgb(0x2f4a3a));
    return new Model(
        null,
        0.12,
        0.12,
        height,
        (brush, travelled) -> {
          brush.limb(iron, Vec.of(0, 0, 0), Vec.of(0, height, 0), 0.09, 0.05);
          brush.limb(iron, Vec.of(0, height, 0), Vec.of(arm, height + 0.25, 0), 0.045, 0.035);
          Vec bulb = Vec.of(arm, height + 0.2, 0);
          brush.box(iron, bulb.plus(Vec.of(-0.25, 0, -0.12)), bulb.plus(Vec.of(0.35, 0.1, 0.12)));
          if (brush.light().lampsLit()) {
            Vec below = bulb.plus(Vec.of(0.05, -0.05, 0));
            brush.halo(LAMPLIGHT, below, 1.3, 0.75);
            brush.halo(Tint.WHITE, below, 0.25, 0.95);
          }
        });
  }

  static final Tint LAMPLIGHT = Tint.rgb(0xffdf9e);

  static Model small(Dice dice) {
    return switch (dice.integer(0, 7)) {
      case 0 -> bin(dice);
      case 1 -> bench(dice);
      case 2 -> bollard();
      case 3 -> cabinet(dice);
      case 4 -> Plants.bush(dice);
      case 5 -> cone();
      case 6 -> pillar(dice);
      default -> planter(dice);
    };
  }

  private static Model bin(Dice dice) {
    Tint tint = dice.tint(0x2f6b45, 0x4a4f55, 0x2e4f86, 0x8a6a1f);
    return new Model(
        null,
        0.3,
        0.35,
        1.1,
        (brush, travelled) -> {
          brush.box(tint, Vec.of(-0.27, 0.08, -0.3), Vec.of(0.27, 1.0, 0.3));
          brush.box(tint.times(0.75), Vec.of(-0.3, 1.0, -0.34), Vec.of(0.3, 1.1, 0.34));
        });
  }

  private static Model bench(Dice dice) {
    Tint wood = dice.tint(0x8a6238, 0x6d4b2b, 0x9b7a4e);
    return new Model(
        null,
        0.3,
        0.8,
        0.85,
        (brush, travelled) -> {
          for (int side = -1; side <= 1; side += 2) {
            brush.box(
                IRON, Vec.of(-0.2, 0, side * 0.6 - 0.04), Vec.of(0.2, 0.42, side * 0.6 + 0.04));
          }
          boolean back = brush.faces(Vec.of(-0.2, 0.5, 0), Vec.of(-1, 0, 0));
          Runnable seat = () -> brush.box(wood, Vec.of(-0.22, 0.42, -0.8), Vec.of(0.25, 0.48, 0.8));
          Runnable rest =
              () -> brush.box(wood.times(0.9), Vec.of(-0.28, 0.5, -0.8), Vec.of(-0.22, 0.88, 0.8));
          (back ? seat : rest).run();
          (back ? rest : seat).run();
        });
  }

  private static Model bollard() {
    return new Model(
        null,
        0.1,
        0.1,
        0.9,
        (brush, travelled) -> {
          brush.limb(IRON, Vec.of(0, 0, 0), Vec.of(0, 0.85, 0), 0.08, 0.07);
          brush.limb(Tint.grey(0.85), Vec.of(0, 0.66, 0), Vec.of(0, 0.74, 0), 0.075, 0.075);
        });
  }

  private static Model cabinet(Dice dice) {
    Tint tint = dice.tint(0x9aa08f, 0x7f8a86, 0xb5b2a5);
    double half = dice.uniform(0.3, 0.7);
    return new Model(
        null,
        0.22,
        half,
        1.25,
        (brush, travelled) -> brush.box(tint, Vec.of(-0.22, 0, -half), Vec.of(0.22, 1.25, half)));
  }

  private static Model cone() {
    return new Model(
        null,
        0.2,
        0.2,
        0.7,
        (brush, travelled) -> {
          Tint orange = Tint.rgb(0xe8591c);
          brush.box(orange.times(0.8), Vec.of(-0.2, 0, -0.2), Vec.of(0.2, 0.05, 0.2));
          brush.limb(orange, Vec.of(0, 0.05, 0), Vec.of(0, 0.68, 0), 0.15, 0.03);
          brush.limb(Tint.grey(0.93), Vec.of(0, 0.3, 0), Vec.of(0, 0.42, 0), 0.107, 0.085);
        });
  }

  private static Model pillar(Dice dice) {
    Tint[] posters = new Tint[7];
    for (int i = 0; i < posters.length; i++) {
      posters[i] = Tint.hsb(dice.uniform(0, 1), dice.uniform(0.2, 0.7), dice.uniform(0.5, 0.95));
    }
    return new Model(
        null,
        0.65,
        0.65,
        3.1,
        (brush, travelled) -> {
          int n = 14;
          for (int i = 0; i < n; i++) {
            double a = 2 * StrictMath.PI * i / n;
            double b = 2 * StrictMath.PI * (i + 1) / n;
            Vec p = Vec.of(0.62 * StrictMath.cos(a), 0, 0.62 * StrictMath.sin(a));
            Vec q = Vec.of(0.62 * StrictMath.cos(b), 0, 0.62 * StrictMath.sin(b));
            Vec up = Vec.of(0, 2.8, 0);
            Vec inside = Vec.of(0, 1.4, 0);
            if (brush.face(Tint.grey(0.8), inside, p, p.plus(up), q.plus(up), q)) {
              brush.flat(
                  posters[i / 2 % posters.length],
                  p.plus(Vec.of(0, 0.5, 0)),
                  p.plus(Vec.of(0, 2.4, 0)),
                  q.plus(Vec.of(0, 2.4, 0)),
                  q.plus(Vec.of(0, 0.5, 0)));
            }
          }
          brush.limb(Tint.rgb(0x3f6b57), Vec.of(-0.3, 2.9, 0), Vec.of(0.3, 2.9, 0), 0.35, 0.35);
        });
  }

  private static Model planter(Dice dice) {
    Model bush = Plants.bush(dice);
    Tint stone = Tint.grey(dice.uniform(0.5, 0.75));
    double half = Math.min(0.5, bush.halfWidth());
    return new Model(
        null,
        half,
        half,
        bush.height() + 0.4,
        (brush, travelled) -> {
          bush.painter().paint(brush, travelled);
          brush.box(stone, Vec.of(-half, 0, -half), Vec.of(half, 0.5, half));
        });
  }

  static Model utilityPole(Dice dice) {
    double height = dice.uniform(6.5, 8.5);
    return new Model(
        null,
        0.15,
        0.15,
        height,
        (brush, travelled) -> {
          Tint wood = Tint.rgb(0x6a543c);
          brush.limb(wood, Vec.of(0, 0, 0), Vec.of(0, height, 0), 0.14, 0.1);
          brush.limb(wood, Vec.of(-0.9, height - 0.6, 0), Vec.of(0.9, height - 0.6, 0), 0.06, 0.06);
        });
  }

  /** Along the street. */
  static Model fence(Dice dice, double length) {
    boolean wall = dice.chance(0.35);
    Tint tint =
        wall ? dice.tint(0xa8907a, 0x9c5f4a, 0xb9b4a8) : dice.tint(0xd8d5cc, 0x6d4f34, 0x3b4046);
    double height = dice.uniform(0.8, 1.5);
    return new Model(
        null,
        0.08,
        length / 2,
        height,
        (brush, travelled) -> {
          if (wall) {
            brush.box(tint, Vec.of(-0.1, 0, -length / 2), Vec.of(0.1, height, length / 2));
            brush.box(
                tint.times(0.85),
                Vec.of(-0.15, height, -length / 2),
                Vec.of(0.15, height + 0.08, length / 2));
            return;
          }
          for (double y : new double[] {0.3, height - 0.15}) {
            brush.box(
                tint.times(0.9), Vec.of(-0.02, y, -length / 2), Vec.of(0.02, y + 0.08, length / 2));
          }
          if (brush.shows(0.07)) {
            for (double z = -length / 2; z <= length / 2; z += 0.3) {
              brush.box(tint, Vec.of(-0.04, 0, z), Vec.of(0.04, height, z + 0.1));
            }
          }
        });
  }
}
