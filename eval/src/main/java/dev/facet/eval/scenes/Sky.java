package dev.facet.eval.scenes;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.RadialGradientPaint;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** Sky, sun or moon, stars, clouds, and the far land: all that is too far away to move. */
final class Sky {
  private static final double FAR = 1e5;

  private Sky() {}

  static void paint(Graphics2D g, Dice dice, Camera camera, Light light, int width, int height) {
    double horizon = camera.row(ahead(camera, 0, 0));
    double top = Math.min(-1, horizon - height * 0.9);
    g.setPaint(
        new LinearGradientPaint(
            0,
            (float) top,
            0,
            (float) Math.max(horizon, top + 2),
            new float[] {0, 0.6f, 1},
            new Color[] {
              light.skyTop().color(),
              light.skyTop().mix(light.haze(), 0.45).color(),
              light.haze().color()
            }));
    g.fillRect(0, 0, width, height);
    boolean clear = light.weather() == Weather.CLEAR;
    if (light.daylight() == Daylight.NIGHT && clear) {
      stars(g, dice.split(), width, horizon);
    }
    if (clear) {
      body(g, camera, light);
    }
    if (light.weather() != Weather.FOG) {
      clouds(
          g, dice.split(), camera, light, width, clear ? dice.integer(0, 9) : dice.integer(8, 14));
    }
    land(g, dice.split(), camera, light);
  }

  /** A point of the far circle around the camera: radians to the right of where it looks, and above the horizon. */
  private static Vec ahead(Camera camera, double right, double above) {
    double a = camera.yaw() + right;
    return camera
        .at()
        .plus(Vec.of(StrictMath.sin(a), StrictMath.tan(above), StrictMath.cos(a)).times(FAR));
  }

  private static void stars(Graphics2D g, Dice dice, int width, double horizon) {
    int n = dice.integer(20, 140);
    for (int i = 0; i < n; i++) {
      double size = dice.uniform(0.6, 1.4);
      g.setColor(Tint.WHITE.color(dice.uniform(0.2, 0.9)));
      g.fill(
          new Rectangle2D.Double(
              dice.uniform(0, width), dice.uniform(0, Math.max(1, horizon)), size, size));
    }
  }

  private static void body(Graphics2D g, Camera camera, Light light) {
    Vec p = camera.at().plus(light.toSun().times(FAR));
    if (!camera.inFront(p)) {
      return;
    }
    double x = camera.column(p);
    double y = camera.row(p);
    double r = camera.focal() * 0.014;
    if (light.daylight() == Daylight.NIGHT) {
      glow(g, x, y, r * 8, Tint.rgb(0xcfd8ef), 0.3);
      g.setColor(Tint.rgb(0xe9ebe4).color());
      g.fill(new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r));
      g.setColor(Tint.rgb(0xc4c8c6).color());
      g.fill(new Ellipse2D.Double(x - r * 0.5, y - r * 0.4, r * 0.6, r * 0.6));
      g.fill(new Ellipse2D.Double(x + r * 0.15, y + r * 0.2, r * 0.4, r * 0.4));
    } else {
      Tint sun = light.daylight() == Daylight.DUSK ? Tint.rgb(0xffc36b) : Tint.rgb(0xfff6d8);
      glow(g, x, y, r * 14, sun, 0.75);
      g.setColor(sun.mix(Tint.WHITE, 0.6).color());
      g.fill(new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r));
    }
  }

  private static void glow(Graphics2D g, double x, double y, double r, Tint tint, double strength) {
    g.setPaint(
        new RadialGradientPaint(
            (float) x,
            (float) y,
            (float) r,
            new float[] {0, 1},
            new Color[] {tint.color(strength), tint.color(0)}));
    g.fill(new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r));
  }

  private static void clouds(
      Graphics2D g, Dice dice, Camera camera, Light light, int width, int n) {
    Tint bright =
        light
            .haze()
            .mix(
                light.daylight() == Daylight.NIGHT ? light.skyTop() : Tint.WHITE,
                light.weather() == Weather.CLEAR ? 0.6 : 0.1);
    Tint dark = bright.mix(light.skyTop(), 0.5).times(0.95);
    for (int i = 0; i < n; i++) {
      Vec p = ahead(camera, dice.uniform(-1, 1), dice.uniform(0.06, 0.6));
      if (!camera.inFront(p)) {
        continue;
      }
      double x = camera.column(p);
      double y = camera.row(p);
      double w = width * dice.uniform(0.06, 0.2);
      for (int k = 0; k < 12; k++) {
        double dx = dice.normal(w * 0.5);
        double r = w * dice.uniform(0.16, 0.34) * Math.max(0.35, 1 - Math.abs(dx) / (1.6 * w));
        double dy = dice.uniform(-0.28, 0.08) * r * 2;
        cloud(g, x + dx, y + dy + r * 0.25, r, dark, 0.16);
        cloud(g, x + dx, y + dy, r, bright, 0.34);
      }
    }
  }

  private static void cloud(Graphics2D g, double x, double y, double r, Tint tint, double alpha) {
    g.setColor(tint.color(alpha * 0.5));
    g.fill(new Ellipse2D.Double(x - r * 1.25, y - r * 0.62, r * 2.5, r * 1.25));
    g.setColor(tint.color(alpha));
    g.fill(new Ellipse2D.Double(x - r, y - r * 0.5, r * 2, r));
  }

  /** Hills, woods or the outline of a town, two or three rows of them. */
  private static void land(Graphics2D g, Dice dice, Camera camera, Light light) {
    int rows = dice.integer(1, 3);
    for (int row = 0; row < rows; row++) {
      double near = (row + 1.0) / rows;
      boolean town = dice.chance(0.45);
      Tint tint =
          (town ? Tint.grey(0.5) : dice.tint(0x4f6b48, 0x5f7652, 0x466058))
              .times(light.on(Vec.UP, Tint.BLACK))
              .mix(light.haze(), light.weather() == Weather.CLEAR ? 0.72 - 0.3 * near : 0.96);
      double high = dice.uniform(0.02, 0.09) * (1.2 - 0.5 * near);
      double phase = dice.uniform(0, 6);
      Path2D.Double path = new Path2D.Double();
      double level = 0;
      int steps = town ? 50 : 90;
      for (int i = 0; i <= steps; i++) {
        double a = -1.15 + 2.3 * i / steps;
        double up =
            town
                ? high * dice.uniform(0.2, 1)
                : high
                        * (0.55
                            + 0.3 * StrictMath.sin(3 * a + phase)
                            + 0.15 * StrictMath.sin(8.3 * a + 2 * phase))
                    + dice.uniform(0, 0.004);
        Vec p = ahead(camera, a, Math.max(0.003, up));
        double x = camera.column(p);
        double y = camera.row(p);
        if (i == 0) {
          Vec foot = ahead(camera, a, -0.02);
          path.moveTo(camera.column(foot), camera.row(foot));
        } else if (town) {
          path.lineTo(x, level);
        }
        path.lineTo(x, y);
        level = y;
      }
      Vec foot = ahead(camera, 1.15, -0.02);
      path.lineTo(camera.column(foot), camera.row(foot));
      path.closePath();
      Rectangle2D bounds = path.getBounds2D();
      g.setPaint(
          new GradientPaint(
              0,
              (float) bounds.getMinY(),
              tint.color(),
              0,
              (float) bounds.getMaxY() + 1,
              tint.mix(light.haze(), 0.45).color()));
      g.fill(path);
    }
  }
}
