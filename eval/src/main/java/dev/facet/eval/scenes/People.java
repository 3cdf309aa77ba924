package dev.facet.eval.scenes;

/** Pedestrians, and riders on their bicycles: rods and balls around a skeleton. */
final class People {
  private static final int[] CLOTHES = {
    0xb3202a, 0x24508f, 0x2d7a4a, 0xe0a81e, 0xe8e6df, 0x2a2d33, 0x6e737a, 0x7d3f8c, 0xd66a2a,
    0x3fa0a8, 0xc86a86, 0x8a6b4a, 0x4a5a34, 0x9cb9d6
  };
  private static final int[] TROUSERS = {
    0x23324d, 0x2a2c31, 0x4a4f57, 0x6f675a, 0x35415a, 0x8b7c63, 0x1c1d20, 0x5a6b82
  };
  private static final int[] SKINS = {0xf0c8a8, 0xe0ac86, 0xc98d62, 0x9a6640, 0x6b4429, 0xf4d4bc};
  private static final int[] HAIRS = {0x2a1d14, 0x54371f, 0x8b5e2e, 0xc9a25a, 0x17181a, 0x9a9a9a};

  private record Look(
      Tint top,
      Tint legs,
      Tint skin,
      Tint hair,
      Tint shoes,
      double height,
      double girth,
      boolean skirt,
      boolean longHair,
      boolean shortSleeves,
      boolean shorts,
      Tint hat,
      boolean hatted,
      int bag,
      Tint bagTint,
      boolean umbrella,
      Tint umbrellaTint) {
    static Look roll(Dice dice, boolean rain) {
      double height = dice.chance(0.12) ? dice.uniform(1.15, 1.4) : dice.uniform(1.55, 1.92);
      return new Look(
          dice.tint(CLOTHES),
          dice.tint(TROUSERS),
          dice.tint(SKINS),
          dice.tint(HAIRS),
          dice.tint(0x1c1d20, 0x5a3b22, 0xe6e4de),
          height,
          dice.uniform(0.9, 1.22),
          dice.chance(0.2),
          dice.chance(0.4),
          !rain && dice.chance(0.4),
          !rain && dice.chance(0.2),
          dice.tint(CLOTHES),
          dice.chance(0.25),
          dice.integer(0, 3),
          dice.tint(CLOTHES).times(0.8),
          rain && dice.chance(0.55),
          dice.tint(CLOTHES));
    }
  }

  private People() {}

  static Model pedestrian(Dice dice, boolean rain) {
    Look look = Look.roll(dice, rain);
    double stride = dice.chance(0.25) ? dice.uniform(0, 0.12) : dice.uniform(0.35, 0.62);
    double phase = dice.uniform(0, 2 * StrictMath.PI);
    return new Model(
        SceneCategory.PEDESTRIAN,
        0.3,
        0.3,
        look.height,
        (brush, travelled) -> walker(brush, look, stride, phase + travelled / look.height * 4.2));
  }

  private static void walker(Brush brush, Look look, double stride, double phase) {
    double h = look.height;
    double g = look.girth;
    double swing = stride * StrictMath.sin(phase);
    double hip = 0.52 * h;
    double shoulder = 0.81 * h;
    for (int side = -1; side <= 1; side += 2) {
      double s = side * swing;
      double bend = Math.max(0, side * StrictMath.cos(phase)) * stride;
      Vec top = Vec.of(side * 0.055 * h, hip, 0);
      Vec knee = Vec.of(side * 0.057 * h, 0.28 * h, (0.24 * StrictMath.sin(s) + 0.06 * bend) * h);
      Vec ankle =
          Vec.of(
              side * 0.055 * h,
              (0.035 + 0.07 * bend) * h,
              (0.5 * StrictMath.sin(s) - 0.12 * bend) * h);
      Vec toe = ankle.plus(Vec.of(side * 0.012 * h, -0.018 * h, 0.085 * h));
      Tint calf = look.shorts || look.skirt ? look.skin : look.legs;
      brush.part(
          knee,
          () -> {
            brush.limb(calf, knee, ankle, 0.037 * h, 0.027 * h);
            brush.limb(look.shoes, ankle, toe, 0.027 * h, 0.024 * h);
            brush.limb(look.legs, top, knee, 0.055 * h * g, 0.042 * h);
          });
      Vec joint = Vec.of(side * 0.115 * h * g, shoulder - 0.02 * h, 0);
      boolean holds = look.umbrella && side > 0;
      boolean carries = look.bag == 1 && side < 0;
      Vec elbow =
          holds
              ? joint.plus(Vec.of(0.02 * h, -0.15 * h, 0.06 * h))
              : joint.plus(Vec.of(side * 0.025 * h, -0.17 * h, -0.1 * s * h));
      Vec hand =
          holds
              ? elbow.plus(Vec.of(-0.05 * h, 0.06 * h, 0.12 * h))
              : elbow.plus(Vec.of(0, -0.15 * h, (-0.16 * s + 0.03) * h));
      Tint sleeve = look.shortSleeves ? look.skin : look.top.times(0.9);
      brush.part(
          elbow,
          () -> {
            brush.limb(sleeve, elbow, hand, 0.027 * h, 0.022 * h);
            brush.ball(look.skin, hand, 0.024 * h);
            brush.limb(look.top.times(0.92), joint, elbow, 0.036 * h, 0.029 * h);
            if (carries) {
              Vec low = hand.plus(Vec.of(-0.02 * h, -0.17 * h, -0.08 * h));
              brush.box(look.bagTint, low, hand.plus(Vec.of(0.03 * h, -0.04 * h, 0.08 * h)));
            }
          });
      if (holds) {
        Vec tip = Vec.of(hand.x() - 0.02, 1.22 * h, hand.z());
        brush.part(
            tip,
            () -> {
              brush.limb(Tint.grey(0.3), hand, tip, 0.008, 0.008);
              canopy(brush, look.umbrellaTint, tip, 0.5);
            });
      }
    }
    torso(
        brush,
        look,
        Vec.of(0, hip, 0),
        Vec.of(0, shoulder, 0.01 * h),
        Vec.of(0, 0.925 * h, 0.02 * h));
    if (look.skirt) {
      brush.part(
          Vec.of(0, hip - 0.05, 0.02),
          () ->
              brush.limb(
                  look.legs, Vec.of(0, hip, 0), Vec.of(0, 0.36 * h, 0), 0.085 * h * g, 0.125 * h));
    }
    brush.flush();
  }

  private static void canopy(Brush brush, Tint tint, Vec tip, double radius) {
    Vec[] rim =
        brush.circle(
            tip.plus(Vec.of(0, -0.26, 0)),
            Vec.of(1, 0, 0),
            Vec.of(0, 0, 1),
            radius,
            0,
            2 * StrictMath.PI);
    for (int i = 0; i < rim.length; i++) {
      Vec[] panel = {rim[i], rim[(i + 1) % rim.length], tip};
      Tint colour = i % 4 < 2 ? tint : tint.times(0.82);
      brush.turn(rim[i].minus(tip).plus(Vec.of(0, 0.9, 0)));
      brush.flat(colour, panel);
    }
  }

  /** Body and head, between the limbs. */
  private static void torso(Brush brush, Look look, Vec hip, Vec shoulder, Vec head) {
    double h = look.height;
    double g = look.girth;
    Vec pelvis = hip.mix(shoulder, 0.05);
    brush.part(
        shoulder,
        () -> {
          brush.limb(
              look.legs,
              pelvis.plus(Vec.of(-0.04 * h, 0, 0)),
              pelvis.plus(Vec.of(0.04 * h, 0, 0)),
              0.062 * h * g,
              0.062 * h * g);
          Vec chest = hip.mix(shoulder, 0.82);
          brush.limb(
              look.top,
              chest.plus(Vec.of(-0.055 * h * g, 0, 0)),
              chest.plus(Vec.of(0.055 * h * g, 0, 0)),
              0.07 * h,
              0.07 * h);
          for (int side = -1; side <= 1; side += 2) {
            brush.limb(
                look.top.times(side < 0 ? 0.96 : 1),
                hip.mix(shoulder, 0.12).plus(Vec.of(side * 0.035 * h * g, 0, 0)),
                chest.plus(Vec.of(side * 0.05 * h * g, 0, 0)),
                0.066 * h * g,
                0.074 * h);
          }
          brush.limb(look.skin, shoulder, head, 0.032 * h, 0.032 * h);
        });
    if (look.bag == 2) {
      Vec back = hip.mix(shoulder, 0.6);
      brush.part(
          back.plus(Vec.of(0, 0, -0.1 * h)),
          () ->
              brush.box(
                  look.bagTint,
                  back.plus(Vec.of(-0.085 * h, -0.1 * h, -0.17 * h)),
                  back.plus(Vec.of(0.085 * h, 0.12 * h, -0.07 * h))));
    }
    brush.part(head.plus(Vec.of(0, 0, 0.005)), () -> brush.ball(look.skin, head, 0.068 * h));
    Vec crown = head.plus(Vec.of(0, 0.022 * h, -0.022 * h));
    brush.part(
        crown.plus(Vec.of(0, 0.01 * h, -0.02 * h)),
        () -> brush.ball(look.hatted ? look.hat : look.hair, crown, 0.069 * h));
    if (look.longHair) {
      Vec ends = crown.plus(Vec.of(0, -0.1 * h, -0.02 * h));
      brush.part(
          ends.plus(Vec.of(0, 0, -0.03 * h)),
          () -> brush.limb(look.hair, crown, ends, 0.06 * h, 0.045 * h));
    }
  }

  static Model cyclist(Dice dice, boolean rain) {
    Look look = Look.roll(dice, rain);
    Look rider =
        new Look(
            look.top,
            look.legs,
            look.skin,
            look.hair,
            look.shoes,
            dice.uniform(1.6, 1.85),
            look.girth,
            false,
            look.longHair,
            look.shortSleeves,
            look.shorts,
            look.hat,
            dice.chance(0.6),
            look.bag == 2 ? 2 : 0,
            look.bagTint,
            false,
            look.umbrellaTint);
    Tint frame = dice.tint(CLOTHES);
    boolean basket = dice.chance(0.3);
    boolean racing = dice.chance(0.35);
    double crank = dice.uniform(0, 2 * StrictMath.PI);
    return new Model(
        SceneCategory.BICYCLE,
        0.3,
        0.9,
        1.75,
        (brush, travelled) ->
            bicycle(brush, rider, frame, basket, racing, crank + travelled * 1.1));
  }

  private static void bicycle(
      Brush brush, Look rider, Tint frame, boolean basket, boolean racing, double crank) {
    double r = 0.34;
    Vec rear = Vec.of(0, r, -0.53);
    Vec fore = Vec.of(0, r, 0.55);
    Vec axle = Vec.of(0, 0.3, -0.08);
    Vec saddle = Vec.of(0, 0.95, -0.26);
    Vec neck = Vec.of(0, 0.88, 0.36);
    Vec bar = Vec.of(0, 1.03, racing ? 0.48 : 0.4);
    double h = rider.height;
    for (Vec hub : new Vec[] {rear, fore}) {
      brush.part(hub, () -> wheel(brush, hub, r));
    }
    brush.part(
        Vec.of(0, 0.55, 0),
        () -> {
          double t = 0.022;
          brush.limb(frame, axle, saddle.plus(Vec.of(0, -0.05, 0)), t, t);
          brush.limb(frame, axle, neck, t * 1.2, t * 1.2);
          brush.limb(frame, saddle.mix(axle, 0.15), neck, t, t);
          brush.limb(frame, axle, rear, t, t);
          brush.limb(frame, saddle.mix(axle, 0.2), rear, t, t);
          brush.limb(frame, neck.plus(Vec.of(0, 0.1, 0)), fore, t, t);
          brush.limb(
              Tint.grey(0.15),
              saddle.plus(Vec.of(0, 0, -0.12)),
              saddle.plus(Vec.of(0, 0, 0.12)),
              0.05,
              0.03);
          brush.limb(
              Tint.grey(0.2),
              bar.plus(Vec.of(-0.26, 0, 0)),
              bar.plus(Vec.of(0.26, 0, 0)),
              0.018,
              0.018);
          brush.limb(frame, neck, bar, t, t);
        });
    if (basket) {
      brush.part(
          Vec.of(0, 0.85, 0.62),
          () -> brush.box(Tint.rgb(0x7b5a34), Vec.of(-0.18, 0.72, 0.48), Vec.of(0.18, 0.98, 0.78)));
    }
    Vec hip = saddle.plus(Vec.of(0, 0.07, 0.02));
    Vec shoulder = racing ? Vec.of(0, hip.y() + 0.24 * h, 0.16) : Vec.of(0, hip.y() + 0.28 * h, 0);
    Vec head = shoulder.plus(Vec.of(0, 0.12 * h, racing ? 0.1 : 0.05));
    for (int side = -1; side <= 1; side += 2) {
      Vec pedal =
          axle.plus(
              Vec.of(
                  side * 0.11,
                  side * 0.17 * StrictMath.sin(crank),
                  side * 0.17 * StrictMath.cos(crank)));
      Vec top = hip.plus(Vec.of(side * 0.09, 0, 0));
      Vec middle = top.mix(pedal, 0.5).plus(Vec.of(0, 0.1, 0.2));
      brush.part(
          middle,
          () -> {
            brush.limb(
                rider.shorts ? rider.skin : rider.legs.times(0.93), middle, pedal, 0.062, 0.045);
            brush.limb(rider.shoes, pedal, pedal.plus(Vec.of(0, -0.01, 0.12)), 0.045, 0.04);
            brush.limb(rider.legs, top, middle, 0.085, 0.066);
          });
      Vec joint = shoulder.plus(Vec.of(side * 0.18, -0.04, 0));
      Vec hand = bar.plus(Vec.of(side * 0.23, 0.02, 0));
      Vec elbow = joint.mix(hand, 0.5).plus(Vec.of(side * 0.05, -0.08, 0));
      brush.part(
          elbow,
          () -> {
            brush.limb(
                rider.shortSleeves ? rider.skin : rider.top.times(0.9), elbow, hand, 0.045, 0.036);
            brush.limb(rider.top.times(0.92), joint, elbow, 0.06, 0.048);
          });
    }
    torso(brush, rider, hip, shoulder, head);
    brush.flush();
    boolean lit = brush.light().lampsLit();
    if (lit && brush.faces(bar, Vec.of(0, 0, 1))) {
      brush.halo(Bodywork.HEADLIGHT, Vec.of(0, 0.85, 0.6), 0.35, 0.7);
    } else if (lit) {
      brush.halo(Bodywork.TAIL_LIT, Vec.of(0, 0.7, -0.6), 0.22, 0.7);
    }
  }

  private static void wheel(Brush brush, Vec hub, double radius) {
    Vec along = Vec.of(0, 0, 1);
    Vec[] rim = brush.circle(hub, along, Vec.UP, radius, 0, 2 * StrictMath.PI);
    for (int i = 0; i < rim.length; i++) {
      brush.limb(Bodywork.TYRE, rim[i], rim[(i + 1) % rim.length], 0.026, 0.026);
    }
    if (brush.shows(0.04)) {
      for (int i = 0; i < rim.length; i += 2) {
        brush.limb(Tint.grey(0.62), hub, hub.mix(rim[i], 0.95), 0.004, 0.004);
      }
    }
  }
}
