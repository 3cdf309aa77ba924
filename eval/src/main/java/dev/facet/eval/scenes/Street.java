package dev.facet.eval.scenes;

/**
 * A straight street along z around x = 0; traffic keeps to the right. From the middle: lanes, a strip for bicycles, perhaps one to
 * park in, then the pavement, then what lies beside the street.
 *
 * @param lanes in each direction
 * @param parking whether there is a strip to park in
 * @param pavement its width in metres
 * @param zebra z of a crossing for pedestrians; infinite if there is none
 * @param junction z of a street across; infinite if there is none
 */
record Street(int lanes, boolean parking, double pavement, double zebra, double junction) {
  static final double LANE = 3.3;
  static final double BICYCLES = 1.4;
  static final double PARKING = 2.2;

  /** Half the width of the street across, its pavements apart. */
  static final double ACROSS = 4.2;

  static Street roll(Dice dice, boolean wide) {
    int lanes = wide ? dice.integer(1, 3) : dice.integer(1, 2);
    double junction = dice.chance(0.45) ? dice.uniform(14, 45) : Double.POSITIVE_INFINITY;
    double zebra =
        Double.isFinite(junction)
            ? junction - ACROSS - 4
            : dice.chance(0.45) ? dice.uniform(8, 30) : Double.POSITIVE_INFINITY;
    return new Street(lanes, dice.chance(0.5), dice.uniform(2.4, 4.5), zebra, junction);
  }

  /** Of the carriageway. */
  double half() {
    return bicycles() + BICYCLES / 2 + (parking ? PARKING : 0);
  }

  /** With the pavement. */
  double edge() {
    return half() + pavement;
  }

  /** x of the middle of the strip for bicycles. */
  double bicycles() {
    return lanes * LANE + BICYCLES / 2;
  }

  /** x of a parked car. */
  double parked() {
    return bicycles() + BICYCLES / 2 + PARKING / 2;
  }

  double lane(int number) {
    return (number + 0.5) * LANE;
  }

  boolean isJunction(double z, double margin) {
    return Math.abs(z - junction) < ACROSS + margin;
  }
}
