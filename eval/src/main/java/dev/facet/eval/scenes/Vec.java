package dev.facet.eval.scenes;

/**
 * A point or a direction, in metres. In the street's frame x points to the right of it, y up, z along it; in an object's own frame
 * x points to its right, y up, z to its front.
 */
record Vec(double x, double y, double z) {
  static final Vec UP = new Vec(0, 1, 0);

  static Vec of(double x, double y, double z) {
    return new Vec(x, y, z);
  }

  Vec plus(Vec o) {
    return new Vec(x + o.x, y + o.y, z + o.z);
  }

  Vec minus(Vec o) {
    return new Vec(x - o.x, y - o.y, z - o.z);
  }

  Vec times(double k) {
    return new Vec(k * x, k * y, k * z);
  }

  Vec mix(Vec o, double t) {
    return new Vec(x + t * (o.x - x), y + t * (o.y - y), z + t * (o.z - z));
  }

  double dot(Vec o) {
    return x * o.x + y * o.y + z * o.z;
  }

  Vec cross(Vec o) {
    return new Vec(y * o.z - z * o.y, z * o.x - x * o.z, x * o.y - y * o.x);
  }

  double length() {
    return Math.sqrt(dot(this));
  }

  Vec unit() {
    double length = length();
    return length == 0 ? this : times(1 / length);
  }
}
