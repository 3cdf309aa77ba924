package dev.facet.eval.scenes;

/**
 * Where a camera stands and how it moves.
 *
 * @param speed metres a second along the street
 * @param turn radians a second
 */
record Viewpoint(
    Vec at,
    double yaw,
    double focal,
    double horizon,
    double roll,
    double speed,
    double turn,
    boolean driving,
    int width,
    int height) {

  static Viewpoint roll(
      Dice dice, Street street, boolean moving, boolean along, int width, int height) {
    double focal = width * dice.uniform(0.68, 1.2);
    double roll = dice.chance(0.3) ? dice.normal(0.012) : 0;
    double reach = street.edge() - 0.6;
    if (along) {
      boolean driving = dice.chance(0.55);
      double x =
          driving
              ? street.lane(dice.integer(0, street.lanes() - 1))
              : dice.sign() * dice.uniform(street.half() + 0.3, reach);
      double yaw = driving ? dice.normal(0.06) : -Math.signum(x) * dice.uniform(-0.05, 0.4);
      double horizon = height * (driving ? dice.uniform(0.34, 0.52) : dice.uniform(0.2, 0.45));
      double above =
          driving ? dice.uniform(1.25, 2.1) : height(dice, (height - horizon) / focal, 9);
      return new Viewpoint(
          Vec.of(x, above, 0),
          yaw,
          focal,
          horizon,
          roll,
          moving && driving ? dice.uniform(3, 9) : 0,
          moving ? dice.normal(0.02) : 0,
          driving,
          width,
          height);
    }
    double side = dice.sign();
    double yaw = dice.chance(0.55) ? dice.uniform(0.45, 1.1) : dice.uniform(1.1, 1.75);
    double horizon = height * dice.uniform(0.16, 0.42);
    double above = height(dice, (height - horizon) / focal, 6.5);
    return new Viewpoint(
        Vec.of(side * dice.uniform(street.half() + 0.6, reach), above, 0),
        -side * yaw,
        focal,
        horizon,
        roll,
        0,
        moving ? dice.normal(0.04) : 0,
        false,
        width,
        height);
  }

  /** Metres above the ground: so that the picture's lower edge sees it not further away than that. */
  private static double height(Dice dice, double slope, double furthest) {
    return dice.uniform(1.5, Math.max(1.7, Math.min(6, furthest * slope)));
  }

  Camera at(double seconds) {
    return new Camera(
        at.plus(Vec.of(0, 0, speed * seconds)),
        yaw + turn * seconds,
        focal,
        horizon,
        roll,
        width,
        height);
  }
}
