package dev.facet.eval.scenes;

/**
 * A light at night.
 *
 * @param tint its light one metre away
 * @param reach metres after which half of it is left
 * @param aim unit vector of a head light's beam; zero for a lamp that shines everywhere
 */
record Lamp(Vec at, Tint tint, double reach, Vec aim) {
  private static final double CUT = 7;

  Tint at(Vec p) {
    double share = share(p.x(), p.y(), p.z());
    return share == 0 ? Tint.BLACK : tint.times(share);
  }

  /** Of {@link #tint} that arrives there. */
  double share(double x, double y, double z) {
    double dx = x - at.x();
    double dy = y - at.y();
    double dz = z - at.z();
    double square = (dx * dx + dy * dy + dz * dz) / (reach * reach);
    if (square > CUT * CUT) {
      return 0;
    }
    double share = 1 / (1 + square) - 1 / (1 + CUT * CUT);
    if (aim.x() == 0 && aim.z() == 0) {
      return share;
    }
    double length = reach * Math.sqrt(square) + 1e-9;
    double cos = Math.max(0, (dx * aim.x() + dy * aim.y() + dz * aim.z()) / length);
    double beam = cos * cos * cos * cos;
    return share * beam * beam * beam;
  }
}
