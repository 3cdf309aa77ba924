package dev.facet.eval.scenes;

import dev.facet.eval.scenes.Bodywork.Corner;

/** Hatchbacks, saloons, estates, sport utilities and people carriers. */
final class Cars {
  private static final int[] PAINTS = {
    0xe9eaec, 0xd7d9dc, 0xb4b8bd, 0x8b9096, 0x5a6067, 0x33373c, 0x1f2226, 0xa51c22, 0xc8342b,
        0x7b1f28,
    0x1f3f78, 0x2f62a8, 0x6f9bc4, 0x1f5a3c, 0x6a7b46, 0xd9a522, 0xe0c02a, 0xc96a1f, 0x6b4a34,
        0xcbbf9f,
    0x3f8f95, 0x5b3a6b,
  };

  private enum Shape {
    HATCHBACK,
    SALOON,
    ESTATE,
    UTILITY,
    CARRIER
  }

  private Cars() {}

  static Model roll(Dice dice) {
    Shape shape = dice.pick(Shape.values());
    Tint paint = dice.tint(PAINTS).times(dice.uniform(0.9, 1.05));
    double length =
        switch (shape) {
          case HATCHBACK -> dice.uniform(3.6, 4.1);
          case SALOON -> dice.uniform(4.4, 4.9);
          case ESTATE -> dice.uniform(4.4, 4.8);
          case UTILITY -> dice.uniform(4.2, 4.7);
          case CARRIER -> dice.uniform(4.1, 4.7);
        };
    double lift = shape == Shape.UTILITY ? 0.14 : 0;
    double height =
        lift
            + switch (shape) {
              case UTILITY -> dice.uniform(1.55, 1.66);
              case CARRIER -> dice.uniform(1.6, 1.75);
              default -> dice.uniform(1.4, 1.5);
            };
    double half = dice.uniform(0.84, 0.93);
    double radius = dice.uniform(0.30, 0.33) + lift / 3;
    Tint rim = Tint.grey(dice.uniform(0.45, 0.8));
    boolean rails = dice.chance(0.3);
    boolean taxi = dice.chance(0.06);
    double belt = lift + (height - lift) * 0.62;
    return new Model(
        SceneCategory.CAR,
        half,
        length / 2,
        height,
        (brush, travelled) ->
            paint(
                brush,
                shape,
                taxi ? Tint.rgb(0xe8b820) : paint,
                length,
                height,
                lift,
                belt,
                half,
                radius,
                rim,
                rails,
                taxi));
  }

  private static void paint(
      Brush brush,
      Shape shape,
      Tint paint,
      double length,
      double height,
      double lift,
      double belt,
      double half,
      double radius,
      Tint rim,
      boolean rails,
      boolean taxi) {
    double front = length / 2;
    double back = -front;
    double foreAxle = front - 0.85;
    double rearAxle = back + 0.8;
    double sill = 0.2 + lift;
    double nose = belt - 0.16;
    Bodywork.tyres(brush, half - 0.02, radius, rearAxle, foreAxle);
    brush.box(
        Bodywork.TRIM,
        Vec.of(-half + 0.12, sill - 0.06, back + 0.15),
        Vec.of(half - 0.12, sill + 0.1, front - 0.15));

    // z where the windscreen and the rear window begin at the belt line and end at the roof
    double screen = shape == Shape.CARRIER ? front - 0.75 : front - 1.15;
    double roofFront = screen - (shape == Shape.CARRIER ? 0.95 : 0.8);
    double rear = shape == Shape.SALOON ? back + 0.75 : back + 0.06;
    double roofBack =
        switch (shape) {
          case SALOON -> back + 1.35;
          case HATCHBACK -> back + 0.55;
          default -> back + 0.28;
        };
    double tail = shape == Shape.SALOON ? belt - 0.02 : belt;
    Bodywork.hull(
        brush,
        paint,
        half,
        half - 0.03,
        Corner.at(back + 0.08, sill),
        Corner.at(back, sill + 0.2),
        Corner.at(back + 0.02, tail - 0.14),
        Corner.at(back + 0.1, tail),
        Corner.at(rear, belt),
        Corner.at(screen, belt),
        Corner.at(front - 0.35, nose + 0.04),
        Corner.at(front - 0.08, nose - 0.08),
        Corner.at(front, sill + 0.25),
        Corner.at(front - 0.06, sill));
    int side = Bodywork.shownSide(brush, half);
    if (side != 0) {
      double x = side * (half + 0.005);
      brush.turn(Vec.of(side, -0.1, 0));
      brush.flat(Bodywork.TRIM, Bodywork.onSide(x, rearAxle, sill, foreAxle, sill + 0.08));
      if (brush.shows(0.03)) {
        brush.flat(
            paint.times(1.12),
            Bodywork.onSide(x, back + 0.2, belt - 0.14, front - 0.5, belt - 0.11));
        for (double door : new double[] {screen - 0.1, (screen + rear) / 2 - 0.1, rear + 0.35}) {
          brush.flat(paint.times(0.55), Bodywork.onSide(x, door, sill + 0.08, door + 0.025, belt));
          brush.flat(
              paint.times(0.4),
              Bodywork.onSide(x, door - 0.22, belt - 0.2, door - 0.06, belt - 0.16));
        }
      }
    }
    Bodywork.wheels(brush, half, radius, rim, rearAxle, foreAxle);
    ends(brush, paint, half, front, sill, nose, belt);

    if (brush.shows(0.1)) {
      for (int s = -1; s <= 1; s += 2) {
        double x = s * (half + 0.08);
        brush.box(
            paint.times(0.8),
            Vec.of(Math.min(x, x - s * 0.16), belt, screen - 0.45),
            Vec.of(Math.max(x, x - s * 0.16), belt + 0.14, screen - 0.3));
      }
    }

    Corner[] cabin = {
      Corner.at(screen, belt),
      Corner.window(screen, belt),
      Corner.at(roofFront, height),
      Corner.window(roofBack, height),
      Corner.at(rear, belt)
    };
    double upper = half - 0.17;
    Bodywork.hull(brush, paint.times(0.98), half - 0.05, upper, cabin);
    windows(brush, half - 0.05, upper, belt, height, screen, roofFront, roofBack, rear);
    if (rails && brush.shows(0.05)) {
      for (int s = -1; s <= 1; s += 2) {
        brush.limb(
            Bodywork.TRIM,
            Vec.of(s * upper, height + 0.05, roofBack + 0.1),
            Vec.of(s * upper, height + 0.05, roofFront),
            0.025,
            0.025);
      }
    }
    if (taxi) {
      brush.box(Tint.rgb(0xf6f2dc), Vec.of(-0.3, height, -0.3), Vec.of(0.3, height + 0.16, -0.1));
    }
  }

  private static void windows(
      Brush brush,
      double low,
      double high,
      double belt,
      double height,
      double screen,
      double roofFront,
      double roofBack,
      double rear) {
    int side = Bodywork.shownSide(brush, low);
    if (side == 0) {
      return;
    }
    brush.turn(Vec.of(side, 0.25, 0));
    double bottom = 0.1;
    double top = 0.86;
    double pillar = (roofFront + roofBack) / 2 + 0.12;
    Vec[] lower = {
      at(side, low, high, belt, height, bottom, rear, roofBack, 0.16),
      at(side, low, high, belt, height, bottom, screen, roofFront, -0.2)
    };
    Vec[] upper = {
      at(side, low, high, belt, height, top, rear, roofBack, 0.14),
      at(side, low, high, belt, height, top, screen, roofFront, -0.08)
    };
    double share = (pillar - lower[0].z()) / (lower[1].z() - lower[0].z());
    double aloft = (pillar - upper[0].z()) / (upper[1].z() - upper[0].z());
    double gap = 0.022;
    brush.glass(
        Bodywork.GLASS,
        lower[0],
        upper[0],
        upper[0].mix(upper[1], aloft - gap),
        lower[0].mix(lower[1], share - gap));
    brush.glass(
        Bodywork.GLASS,
        lower[0].mix(lower[1], share + gap),
        upper[0].mix(upper[1], aloft + gap),
        upper[1],
        lower[1]);
  }

  /** A point of the cabin's side: {@code t} up from the belt line, beside the edge from {@code from} up to {@code to}. */
  private static Vec at(
      int side,
      double low,
      double high,
      double belt,
      double height,
      double t,
      double from,
      double to,
      double beside) {
    return Vec.of(
        side * (low + t * (high - low) + 0.006),
        belt + t * (height - belt),
        from + t * (to - from) + beside);
  }

  private static void ends(
      Brush brush, Tint paint, double half, double front, double sill, double nose, double belt) {
    if (brush.faces(Vec.of(0, nose, front), Vec.of(0, 0, 1))) {
      brush.turn(Vec.of(0, 0, 1));
      brush.flat(
          Bodywork.TRIM,
          Bodywork.onFront(front + 0.005, -half * 0.85, sill, half * 0.85, sill + 0.16));
      brush.flat(
          Tint.rgb(0x15171a),
          Bodywork.onFront(front + 0.005, -half * 0.5, nose - 0.3, half * 0.5, nose - 0.12));
      Bodywork.lamps(brush, front, half * 0.94, nose - 0.3, half * 0.36, 0.15);
      Bodywork.plate(brush, front, sill + 0.12);
    } else {
      brush.turn(Vec.of(0, 0, -1));
      brush.flat(
          Bodywork.TRIM,
          Bodywork.onFront(-front - 0.005, -half * 0.92, sill, half * 0.92, sill + 0.15));
      brush.flat(
          paint.times(0.75),
          Bodywork.onFront(-front - 0.004, -half * 0.9, belt - 0.32, half * 0.9, belt - 0.3));
      Bodywork.lamps(brush, -front, half * 0.97, belt - 0.32, half * 0.32, 0.17);
      Bodywork.plate(brush, -front, belt - 0.5);
    }
  }
}
