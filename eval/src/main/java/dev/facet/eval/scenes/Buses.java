package dev.facet.eval.scenes;

import dev.facet.eval.scenes.Bodywork.Corner;

/** City buses, coaches and double deckers: long boxes with a band of windows, doors and a lit destination. */
final class Buses {
  private static final int[] PAINTS = {
    0xc4232b, 0xe9b11d, 0x2460a7, 0x2f8a57, 0xefeeea, 0xe57a1f, 0x6a2c7a, 0x1f8c9c, 0xd8d4c4
  };

  private enum Shape {
    CITY,
    COACH,
    DOUBLE_DECKER
  }

  private Buses() {}

  static Model roll(Dice dice) {
    Shape shape = dice.pick(Shape.CITY, Shape.CITY, Shape.COACH, Shape.DOUBLE_DECKER);
    Tint paint = dice.tint(PAINTS);
    Tint second = dice.chance(0.5) ? dice.tint(PAINTS) : paint.times(0.8);
    double length = dice.uniform(9.6, 12.2);
    double half = dice.uniform(1.22, 1.28);
    double height =
        switch (shape) {
          case CITY -> dice.uniform(2.95, 3.15);
          case COACH -> dice.uniform(3.3, 3.6);
          case DOUBLE_DECKER -> dice.uniform(4.1, 4.35);
        };
    Tint inside = dice.chance(0.5) ? Tint.rgb(0xffe9b0) : Tint.rgb(0xe4f2ff);
    int windows = dice.integer(6, 8);
    return new Model(
        SceneCategory.BUS,
        half,
        length / 2,
        height,
        (brush, travelled) ->
            paint(brush, shape, paint, second, inside, windows, length / 2, half, height));
  }

  private static void paint(
      Brush brush,
      Shape shape,
      Tint paint,
      Tint second,
      Tint inside,
      int windows,
      double front,
      double half,
      double height) {
    double foot = 0.28;
    double radius = 0.48;
    double[] axles = {-front + 2.9, front - 2.5};
    Bodywork.tyres(brush, half - 0.04, radius, axles);
    double deck = shape == Shape.COACH ? 1.55 : 1.05;
    double lowTop = shape == Shape.DOUBLE_DECKER ? 2.05 : height - 0.55;
    Bodywork.hull(
        brush,
        paint,
        half,
        half - 0.03,
        Corner.at(-front, foot),
        Corner.at(-front + 0.03, height - 0.2),
        Corner.at(-front + 0.18, height),
        Corner.at(front - 0.3, height),
        Corner.at(front - 0.1, height - 0.2),
        Corner.at(front, deck),
        Corner.at(front - 0.02, foot));
    int side = Bodywork.shownSide(brush, half);
    if (side != 0) {
      double x = side * (half + 0.008);
      brush.turn(Vec.of(side, 0, 0));
      brush.flat(second, Bodywork.onSide(x, -front + 0.02, foot, front - 0.03, foot + 0.38));
      band(brush, inside, windows, x, -front + 0.3, front - 0.25, deck, lowTop);
      if (shape == Shape.DOUBLE_DECKER) {
        band(brush, inside, windows, x, -front + 0.3, front - 0.35, 2.75, height - 0.45);
        brush.flat(second, Bodywork.onSide(x, -front + 0.05, 2.28, front - 0.12, 2.52));
      }
      if (side > 0) {
        // one gets in on the right
        for (double z : new double[] {front - 1.5, -0.6}) {
          brush.flat(
              Bodywork.TRIM,
              Bodywork.onSide(x * 1.002, z, foot + 0.05, z + 1.15, Math.min(lowTop, 2.4)));
          window(
              brush,
              inside,
              Bodywork.onSide(
                  x * 1.004, z + 0.07, foot + 0.15, z + 0.54, Math.min(lowTop, 2.4) - 0.06));
          window(
              brush,
              inside,
              Bodywork.onSide(
                  x * 1.004, z + 0.61, foot + 0.15, z + 1.08, Math.min(lowTop, 2.4) - 0.06));
        }
      }
    }
    Bodywork.wheels(brush, half, radius, Tint.grey(0.6), axles);
    if (brush.faces(Vec.of(0, 1.2, front), Vec.of(0, 0, 1))) {
      brush.turn(Vec.of(0, 0, 1));
      brush.flat(
          second, Bodywork.onFront(front + 0.012, -half * 0.97, foot, half * 0.97, foot + 0.38));
      double top = shape == Shape.DOUBLE_DECKER ? 2.15 : height - 0.5;
      Vec[] screen = Bodywork.onFront(front + 0.01, -half * 0.92, deck, half * 0.92, top);
      window(brush, inside.times(0.7), screen);
      Vec[] sign =
          Bodywork.onFront(front + 0.01, -half * 0.75, top + 0.06, half * 0.75, top + 0.36);
      brush.flat(Tint.rgb(0x111214), sign);
      destination(brush, front + 0.02, half * 0.6, top + 0.13);
      if (shape == Shape.DOUBLE_DECKER) {
        window(
            brush,
            inside.times(0.8),
            Bodywork.onFront(front - 0.05, -half * 0.92, 2.75, half * 0.92, height - 0.4));
      }
      Bodywork.lamps(brush, front + 0.015, half * 0.93, foot + 0.42, 0.4, 0.18);
      Bodywork.plate(brush, front + 0.015, foot + 0.1);
    } else {
      brush.turn(Vec.of(0, 0, -1));
      double low = shape == Shape.DOUBLE_DECKER ? 2.9 : height - 1.15;
      window(
          brush,
          inside.times(0.7),
          Bodywork.onFront(-front - 0.01, -half * 0.82, low, half * 0.82, height - 0.35));
      brush.flat(
          paint.times(0.6), Bodywork.onFront(-front - 0.01, -half * 0.7, 0.75, half * 0.7, 1.3));
      if (brush.shows(0.06)) {
        for (double y = 0.82; y < 1.28; y += 0.12) {
          brush.flat(
              paint.times(0.4),
              Bodywork.onFront(-front - 0.015, -half * 0.66, y, half * 0.66, y + 0.05));
        }
      }
      Bodywork.lamps(brush, -front - 0.015, half * 0.95, 0.8, 0.24, 0.42);
      Bodywork.plate(brush, -front - 0.015, 0.5);
    }
    if (shape == Shape.CITY) {
      brush.box(
          paint.times(0.85),
          Vec.of(-0.7, height, -front * 0.5),
          Vec.of(0.7, height + 0.22, front * 0.1));
    }
  }

  private static void band(
      Brush brush,
      Tint inside,
      int windows,
      double x,
      double back,
      double front,
      double low,
      double high) {
    brush.flat(Bodywork.TRIM, Bodywork.onSide(x, back, low, front, high));
    double step = (front - back) / windows;
    for (int i = 0; i < windows; i++) {
      window(
          brush,
          inside,
          Bodywork.onSide(
              x * 1.003,
              back + i * step + 0.05,
              low + 0.05,
              back + (i + 1) * step - 0.05,
              high - 0.05));
    }
  }

  private static void window(Brush brush, Tint inside, Vec... corners) {
    if (brush.light().daylight() == Daylight.DAY) {
      brush.glass(Bodywork.GLASS, corners);
    } else {
      brush.glowing(inside.times(brush.light().daylight() == Daylight.NIGHT ? 0.85 : 0.7), corners);
    }
  }

  /** Rows of amber dots, as of letters. */
  private static void destination(Brush brush, double z, double half, double y) {
    double x = -half;
    int i = 0;
    while (x < half - 0.1) {
      double width = 0.07 + 0.05 * (i * 7 % 3);
      brush.glowing(
          Tint.rgb(0xffb52e),
          Bodywork.onFront(z, x, y + (i % 4 == 3 ? 0.08 : 0), x + width, y + 0.17));
      x += width + (i % 5 == 4 ? 0.14 : 0.05);
      i++;
    }
  }
}
