package dev.facet.eval.scenes;

import dev.facet.eval.scenes.Bodywork.Corner;

/** Box trucks, tippers, tankers, container and flatbed lorries: always a cab and, apart from it, a load. */
final class Trucks {
  private static final int[] CABS = {
    0xd8dadd, 0xb3242a, 0x21528f, 0x2c7a4b, 0xe0a31f, 0xcf5b1e, 0x3c4249, 0x7fa6c9, 0x6b2f3a
  };
  private static final int[] BOXES = {
    0xf0efe9, 0xdad8d0, 0xc9cdd2, 0xb8542f, 0x2d5e8c, 0x35705a, 0xd2b24c, 0x8c2f2f, 0x8f969d
  };

  private enum Load {
    BOX,
    TIPPER,
    TANKER,
    CONTAINER,
    CURTAIN
  }

  private Trucks() {}

  static Model roll(Dice dice) {
    Load load = dice.pick(Load.values());
    Tint cab = dice.tint(CABS);
    Tint box = load == Load.TANKER ? Tint.grey(dice.uniform(0.65, 0.85)) : dice.tint(BOXES);
    double length = dice.uniform(6.2, 9.2);
    double half = dice.uniform(1.1, 1.25);
    double height = dice.uniform(2.45, 2.8);
    double top = dice.uniform(3.0, 3.7);
    boolean hooded = dice.chance(0.2);
    Tint stripe = dice.tint(CABS);
    boolean striped = dice.chance(0.5);
    return new Model(
        SceneCategory.TRUCK,
        half,
        length / 2,
        Math.max(height, top),
        (brush, travelled) -> {
          double front = length / 2;
          double rearOfCab = front - 1.9;
          double radius = 0.48;
          double[] axles =
              length > 7.6
                  ? new double[] {-front + 1.0, -front + 2.15, front - (hooded ? 0.8 : 1.2)}
                  : new double[] {-front + 1.3, front - (hooded ? 0.8 : 1.2)};
          Bodywork.tyres(brush, half - 0.04, radius, axles);
          brush.box(
              Bodywork.TRIM,
              Vec.of(-half + 0.25, 0.5, -front + 0.1),
              Vec.of(half - 0.25, 0.95, front - 0.2));
          Runnable drawCab = () -> cab(brush, cab, half, front, rearOfCab, height, hooded);
          Runnable drawLoad =
              () ->
                  load(
                      brush,
                      load,
                      box,
                      striped ? stripe : box,
                      half,
                      -front,
                      rearOfCab - 0.25,
                      top);
          // the nearer one hides the other
          boolean fromFront = brush.faces(Vec.of(0, 1, rearOfCab - 0.1), Vec.of(0, 0, 1));
          (fromFront ? drawLoad : drawCab).run();
          (fromFront ? drawCab : drawLoad).run();
          Bodywork.wheels(brush, half - 0.03, radius, Tint.grey(0.55), axles);
          if (!fromFront) {
            brush.turn(Vec.of(0, 0, -1));
            brush.flat(
                Bodywork.TRIM,
                Bodywork.onFront(-front - 0.01, -half * 0.95, 0.55, half * 0.95, 0.82));
            Bodywork.lamps(brush, -front - 0.01, half * 0.93, 0.6, 0.34, 0.17);
            Bodywork.plate(brush, -front - 0.01, 0.62);
          }
        });
  }

  private static void cab(
      Brush brush,
      Tint paint,
      double half,
      double front,
      double rear,
      double height,
      boolean hooded) {
    double foot = 0.55;
    double screen = hooded ? front - 0.85 : front - 0.05;
    double belt = hooded ? 1.5 : foot + (height - foot) * 0.47;
    if (hooded) {
      Bodywork.hull(
          brush,
          paint,
          half * 0.86,
          half * 0.82,
          Corner.at(rear + 0.4, foot),
          Corner.at(rear + 0.4, belt),
          Corner.at(screen, belt),
          Corner.at(front - 0.1, belt - 0.1),
          Corner.at(front, belt - 0.25),
          Corner.at(front, foot));
    }
    Bodywork.hull(
        brush,
        paint,
        half * 0.96,
        half * 0.9,
        Corner.at(rear, foot),
        Corner.at(rear, height),
        Corner.at(screen - 0.4, height),
        Corner.window(screen - 0.22, height - 0.14),
        Corner.at(screen, belt),
        Corner.at(screen, foot));
    int side = Bodywork.shownSide(brush, half);
    if (side != 0) {
      brush.turn(Vec.of(side, 0.1, 0));
      double x = side * half * 0.945;
      brush.glass(
          Bodywork.GLASS,
          Vec.of(x, belt + 0.02, rear + 0.75),
          Vec.of(x, height - 0.28, rear + 0.75),
          Vec.of(x, height - 0.28, screen - 0.4),
          Vec.of(x, belt + 0.02, screen - 0.2));
      if (brush.shows(0.04)) {
        brush.flat(
            paint.times(0.5),
            Bodywork.onSide(
                side * half * 0.962, rear + 0.68, foot + 0.1, rear + 0.72, height - 0.25));
      }
    }
    if (brush.faces(Vec.of(0, 1, front), Vec.of(0, 0, 1))) {
      brush.turn(Vec.of(0, 0, 1));
      brush.flat(
          Bodywork.TRIM,
          Bodywork.onFront(front + 0.006, -half * 0.92, foot - 0.1, half * 0.92, foot + 0.3));
      brush.flat(
          Tint.rgb(0x16181b),
          Bodywork.onFront(front + 0.006, -half * 0.6, foot + 0.36, half * 0.6, belt - 0.3));
      Bodywork.lamps(brush, front + 0.01, half * 0.9, foot + 0.04, 0.36, 0.2);
      Bodywork.plate(brush, front + 0.01, foot - 0.02);
    }
    if (brush.shows(0.12)) {
      for (int s = -1; s <= 1; s += 2) {
        double x = s * (half + 0.12);
        brush.box(
            Bodywork.TRIM,
            Vec.of(Math.min(x, x - s * 0.2), belt + 0.1, screen - 0.3),
            Vec.of(Math.max(x, x - s * 0.2), belt + 0.65, screen - 0.2));
      }
    }
  }

  private static void load(
      Brush brush,
      Load load,
      Tint paint,
      Tint stripe,
      double half,
      double back,
      double front,
      double top) {
    double bed = 0.95;
    switch (load) {
      case TIPPER -> {
        double rim = Math.min(top, 2.3);
        Bodywork.hull(
            brush,
            paint.times(0.95),
            half * 0.92,
            half,
            Corner.at(back + 0.35, bed),
            Corner.at(back, rim - 0.15),
            Corner.at(back + 0.1, rim),
            Corner.at(front, rim),
            Corner.at(front, bed));
        Vec heap = Vec.of(0, rim - 0.3, (back + front) / 2);
        Tint earth = Tint.rgb(0x7a6248);
        for (int side = -1; side <= 1; side += 2) {
          Vec peak = Vec.of(0, rim + 0.5, (back + front) / 2);
          brush.face(
              earth,
              heap,
              Vec.of(side * half * 0.9, rim, back + 0.3),
              Vec.of(side * half * 0.9, rim, front - 0.2),
              peak);
          brush.face(
              earth,
              heap,
              Vec.of(-half * 0.9, rim, side < 0 ? back + 0.3 : front - 0.2),
              Vec.of(half * 0.9, rim, side < 0 ? back + 0.3 : front - 0.2),
              peak);
        }
        ribs(brush, paint.times(0.6), half * 0.97, back + 0.5, front - 0.2, bed + 0.1, rim - 0.05);
      }
      case TANKER -> {
        double radius = half * 0.95;
        double centre = bed + radius;
        Vec inside = Vec.of(0, centre, (back + front) / 2);
        Vec[] a =
            brush.circle(
                Vec.of(0, centre, back), Vec.of(1, 0, 0), Vec.UP, radius, 0, 2 * StrictMath.PI);
        Vec[] b =
            brush.circle(
                Vec.of(0, centre, front), Vec.of(1, 0, 0), Vec.UP, radius, 0, 2 * StrictMath.PI);
        for (int i = 0; i < a.length; i++) {
          int next = (i + 1) % a.length;
          Vec[] strip = {a[i], a[next], b[next], b[i]};
          brush.part(a[i].mix(b[next], 0.5), () -> brush.face(paint, inside, strip));
        }
        brush.part(Vec.of(0, centre, back), () -> brush.face(paint, inside, a));
        brush.part(Vec.of(0, centre, front), () -> brush.face(paint, inside, b));
        brush.flush();
        int side = Bodywork.shownSide(brush, half);
        if (side != 0) {
          brush.turn(Vec.of(side, 0.1, 0));
          brush.flat(
              stripe.times(0.8),
              Bodywork.onSide(
                  side * radius, back + 0.2, centre - 0.14, front - 0.2, centre + 0.14));
        }
        brush.box(
            paint.times(0.7),
            Vec.of(-0.3, centre + radius, inside.z() - 0.4),
            Vec.of(0.3, centre + radius + 0.2, inside.z() + 0.4));
      }
      default -> {
        Bodywork.hull(
            brush,
            paint,
            half,
            half,
            Corner.at(back, bed - 0.1),
            Corner.at(back, top),
            Corner.at(front, top),
            Corner.at(front, bed - 0.1));
        if (load == Load.CONTAINER || load == Load.CURTAIN) {
          ribs(
              brush,
              paint.times(load == Load.CONTAINER ? 0.78 : 0.88),
              half,
              back + 0.2,
              front - 0.1,
              bed,
              top - 0.12);
        }
        int side = Bodywork.shownSide(brush, half);
        if (load == Load.BOX && side != 0) {
          brush.turn(Vec.of(side, 0, 0));
          brush.flat(
              stripe,
              Bodywork.onSide(
                  side * (half + 0.01),
                  back + 0.4,
                  bed + 0.5,
                  front - 0.4,
                  bed + 0.5 + (top - bed) * 0.28));
        }
        if (brush.shows(0.05) && brush.faces(Vec.of(0, 1, back), Vec.of(0, 0, -1))) {
          brush.turn(Vec.of(0, 0, -1));
          brush.flat(
              paint.times(0.5), Bodywork.onFront(back - 0.01, -0.025, bed, 0.025, top - 0.08));
          for (int s = -1; s <= 1; s += 2) {
            brush.flat(
                paint.times(0.62),
                Bodywork.onFront(
                    back - 0.01, s * 0.3 - 0.02, bed + 0.1, s * 0.3 + 0.02, top - 0.2));
          }
        }
      }
    }
  }

  private static void ribs(
      Brush brush, Tint colour, double half, double back, double front, double low, double high) {
    int side = Bodywork.shownSide(brush, half);
    if (side == 0 || !brush.shows(0.12)) {
      return;
    }
    brush.turn(Vec.of(side, 0, 0));
    for (double z = back; z < front; z += 0.55) {
      brush.flat(colour, Bodywork.onSide(side * (half + 0.01), z, low, z + 0.1, high));
    }
  }
}
