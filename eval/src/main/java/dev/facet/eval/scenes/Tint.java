package dev.facet.eval.scenes;

import java.awt.Color;

/** A colour, or light that multiplies one: shares of red, green and blue; light may be more than 1. */
record Tint(double r, double g, double b) {
  static final Tint BLACK = grey(0);
  static final Tint WHITE = grey(1);

  static Tint rgb(int hex) {
    return new Tint(((hex >> 16) & 255) / 255.0, ((hex >> 8) & 255) / 255.0, (hex & 255) / 255.0);
  }

  static Tint grey(double v) {
    return new Tint(v, v, v);
  }

  /** Hue in turns, the others 0..1. */
  static Tint hsb(double hue, double saturation, double brightness) {
    return rgb(Color.HSBtoRGB((float) hue, (float) saturation, (float) brightness));
  }

  Tint times(double k) {
    return new Tint(k * r, k * g, k * b);
  }

  Tint times(Tint o) {
    return new Tint(r * o.r, g * o.g, b * o.b);
  }

  Tint plus(Tint o) {
    return new Tint(r + o.r, g + o.g, b + o.b);
  }

  Tint mix(Tint o, double t) {
    return new Tint(r + t * (o.r - r), g + t * (o.g - g), b + t * (o.b - b));
  }

  double luma() {
    return 0.299 * r + 0.587 * g + 0.114 * b;
  }

  Color color() {
    return color(1);
  }

  Color color(double alpha) {
    return new Color(unit(r), unit(g), unit(b), unit(alpha));
  }

  private static float unit(double v) {
    return (float) Math.clamp(v, 0, 1);
  }
}
