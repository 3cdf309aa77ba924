package dev.facet.eval.scenes;

import java.util.List;

/**
 * What colours look like in a scene.
 *
 * @param ambient light from everywhere
 * @param sun light from {@code toSun}, a unit vector
 * @param haze the colour of far things
 * @param sight metres after which a thing has lost 63 % of its contrast
 * @param wet 0 (dry) to 1
 */
record Light(
    Daylight daylight,
    Weather weather,
    Tint ambient,
    Tint sun,
    Vec toSun,
    Tint skyTop,
    Tint haze,
    double sight,
    double wet,
    List<Lamp> lamps) {

  static Light roll(Dice dice) {
    Daylight daylight = dice.pick(Daylight.DAY, Daylight.DAY, Daylight.DUSK, Daylight.NIGHT);
    if (dice.chance(0.15)) {
      daylight = Daylight.DAY;
    }
    Weather weather =
        switch (dice.weighted(0.70, 0.16, 0.14)) {
          case 0 -> Weather.CLEAR;
          case 1 -> Weather.RAIN;
          default -> Weather.FOG;
        };
    double azimuth = dice.uniform(-StrictMath.PI, StrictMath.PI);
    double height = daylight == Daylight.DUSK ? dice.uniform(0.08, 0.25) : dice.uniform(0.35, 1.1);
    Vec toSun =
        Vec.of(
            StrictMath.cos(height) * StrictMath.sin(azimuth),
            StrictMath.sin(height),
            StrictMath.cos(height) * StrictMath.cos(azimuth));
    Tint ambient;
    Tint sun;
    Tint top;
    Tint haze;
    switch (daylight) {
      case DAY -> {
        ambient = new Tint(0.70, 0.73, 0.78).times(dice.uniform(0.9, 1.1));
        sun = new Tint(0.62, 0.57, 0.47).times(dice.uniform(0.5, 1.1));
        top = Tint.hsb(dice.uniform(0.56, 0.62), dice.uniform(0.45, 0.75), dice.uniform(0.6, 0.9));
        haze =
            Tint.hsb(dice.uniform(0.54, 0.60), dice.uniform(0.05, 0.2), dice.uniform(0.84, 0.97));
      }
      case DUSK -> {
        ambient = new Tint(0.56, 0.50, 0.57).times(dice.uniform(0.8, 1.1));
        sun = new Tint(0.48, 0.27, 0.12).times(dice.uniform(0.5, 1.1));
        top = Tint.hsb(dice.uniform(0.6, 0.72), dice.uniform(0.35, 0.6), dice.uniform(0.32, 0.6));
        haze = Tint.hsb(dice.uniform(0.02, 0.09), dice.uniform(0.3, 0.6), dice.uniform(0.72, 0.95));
      }
      default -> {
        ambient = new Tint(0.27, 0.29, 0.38).times(dice.uniform(0.85, 1.25));
        sun = new Tint(0.05, 0.06, 0.10);
        top = Tint.hsb(dice.uniform(0.6, 0.68), dice.uniform(0.5, 0.8), dice.uniform(0.04, 0.13));
        haze = Tint.hsb(dice.uniform(0.55, 0.7), dice.uniform(0.2, 0.45), dice.uniform(0.13, 0.26));
      }
    }
    double sight = dice.logUniform(250, 1200);
    double wet = 0;
    if (weather != Weather.CLEAR) {
      double grey = haze.luma() * (daylight == Daylight.DAY ? 0.85 : 1);
      haze = haze.mix(Tint.grey(grey), 0.75);
      top = top.mix(haze, weather == Weather.FOG ? 0.9 : 0.7).times(0.95);
      sun = sun.times(weather == Weather.FOG ? 0.1 : 0.2);
      ambient = ambient.mix(Tint.grey(ambient.luma()), 0.5).times(1.12);
      sight = weather == Weather.FOG ? dice.logUniform(28, 90) : dice.logUniform(90, 300);
      wet = weather == Weather.RAIN ? dice.uniform(0.5, 1) : 0;
    }
    return new Light(daylight, weather, ambient, sun, toSun, top, haze, sight, wet, List.of());
  }

  Light with(List<Lamp> more) {
    return new Light(
        daylight, weather, ambient, sun, toSun, skyTop, haze, sight, wet, List.copyOf(more));
  }

  boolean lampsLit() {
    return daylight != Daylight.DAY || weather == Weather.FOG;
  }

  /** What the lamps add at a place. */
  Tint lamps(Vec p) {
    Tint sum = Tint.BLACK;
    for (Lamp lamp : lamps) {
      sum = sum.plus(lamp.at(p));
    }
    return sum;
  }

  /** What a surface with that normal gets. */
  Tint on(Vec normal, Tint lamps) {
    return ambient
        .times(0.85 + 0.15 * normal.y())
        .plus(sun.times(Math.max(0, normal.dot(toSun))))
        .plus(lamps);
  }

  /** The share of haze in the colour of a thing. */
  double haze(double distance) {
    return 1 - StrictMath.exp(-distance / sight);
  }

  Tint hazy(Tint colour, double distance) {
    return colour.mix(haze, haze(distance));
  }
}
