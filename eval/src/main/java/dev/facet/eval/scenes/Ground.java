package dev.facet.eval.scenes;

import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.ArrayList;
import java.util.List;

/** The street's surface with its markings, what lies beside it, their grain and light, and the shadows on them. */
final class Ground {
  private static final double FAR = 700;
  private static final double KERB = 0.12;

  private final Street street;
  private final Tint asphalt;
  private final Tint pavement;
  private final Tint beside;
  private final boolean grass;
  private final Tint paint;
  private final Tint bicycles;
  private final boolean slabs;
  private final double offset;

  Ground(Dice dice, Street street) {
    this.street = street;
    this.asphalt =
        Tint.grey(dice.uniform(0.30, 0.44))
            .times(new Tint(1, dice.uniform(0.98, 1.01), dice.uniform(0.97, 1.06)));
    this.pavement =
        dice.tint(0xa8a49b, 0x98979a, 0xb5a997, 0xa08f83, 0xbab6ae).times(dice.uniform(0.85, 1.05));
    this.grass = dice.chance(0.6);
    this.beside =
        grass
            ? dice.tint(0x5f7f3c, 0x6f8a45, 0x7f8a4c, 0x4f7340)
            : pavement.times(dice.uniform(0.85, 1.05));
    this.paint = Tint.grey(dice.uniform(0.72, 0.92));
    this.bicycles = dice.chance(0.35) ? dice.tint(0x8a4a40, 0x4a7a5a).times(0.95) : asphalt;
    this.slabs = dice.chance(0.6);
    this.offset = dice.uniform(0, 6);
  }

  /** The bare colours. */
  void paint(Graphics2D g, Camera camera) {
    double x0 = camera.at().x();
    double z0 = camera.at().z();
    fill(g, camera, beside, x0 - FAR, z0 - FAR, x0 + FAR, z0 + FAR);
    double from = z0 - FAR;
    double to = z0 + FAR;
    double half = street.half();
    double edge = street.edge();
    boolean junction = Double.isFinite(street.junction());
    double j0 = street.junction() - Street.ACROSS;
    double j1 = street.junction() + Street.ACROSS;
    if (junction) {
      fill(g, camera, pavement, x0 - FAR, j0 - 2.5, x0 + FAR, j1 + 2.5);
    }
    fill(g, camera, pavement, -edge, from, edge, to);
    slabs(g, camera);
    Tint kerb = pavement.times(1.18);
    fill(g, camera, kerb, -half - 2 * KERB, from, half + 2 * KERB, to);
    if (junction) {
      fill(g, camera, kerb, x0 - FAR, j0 - 2 * KERB, x0 + FAR, j1 + 2 * KERB);
      fill(g, camera, asphalt, x0 - FAR, j0, x0 + FAR, j1);
    }
    fill(g, camera, asphalt.times(0.6), -half - KERB, from, half + KERB, to);
    fill(g, camera, asphalt, -half, from, half, to);
    if (junction) {
      fill(g, camera, asphalt, -half - 1, j0, half + 1, j1);
    }
    markings(g, camera);
  }

  private void slabs(Graphics2D g, Camera camera) {
    if (!slabs) {
      return;
    }
    Tint joint = pavement.times(0.82);
    double z0 = Math.floor(camera.at().z() / 1.2) * 1.2;
    for (int side = -1; side <= 1; side += 2) {
      for (double z = z0 - 12; z < z0 + 24; z += 1.2) {
        across(g, camera, joint, side * street.half(), side * street.edge(), z, z + 0.05);
      }
      for (double x = 1.2; x < street.pavement(); x += 1.2) {
        double u = side * (street.half() + x);
        fill(g, camera, joint, u, z0 - 12, u + 0.05, z0 + 24);
      }
    }
  }

  private void markings(Graphics2D g, Camera camera) {
    double from = camera.at().z() - 60;
    double to = camera.at().z() + 160;
    double lanes = street.lanes() * Street.LANE;
    double strip = street.bicycles();
    for (int side = -1; side <= 1; side += 2) {
      if (!bicycles.equals(asphalt)) {
        solid(g, camera, bicycles, side * strip, Street.BICYCLES / 2, from, to);
      }
      dashed(g, camera, side * lanes, 0.06, 1.2, 0.8, from, to);
      for (int lane = 1; lane < street.lanes(); lane++) {
        dashed(g, camera, side * lane * Street.LANE, 0.06, 3, 4.5, from, to);
      }
      if (street.parking()) {
        solid(g, camera, paint, side * (strip + Street.BICYCLES / 2), 0.05, from, to);
      }
    }
    if (street.lanes() > 1) {
      solid(g, camera, paint, -0.12, 0.06, from, to);
      solid(g, camera, paint, 0.12, 0.06, from, to);
    } else {
      dashed(g, camera, 0, 0.07, 3, 4, from, to);
    }
    double z = street.zebra();
    if (Double.isFinite(z)) {
      fill(g, camera, asphalt, -strip, z - 2, strip, z + 2);
      for (double x = -street.half() + 0.3; x < street.half() - 0.4; x += 1.05) {
        fill(g, camera, paint, x, z - 1.6, x + 0.55, z + 1.6);
      }
      fill(g, camera, paint, 0.2, z - 3.4, lanes, z - 3.0);
      fill(g, camera, paint, -lanes, z + 3.0, -0.2, z + 3.4);
    }
  }

  private void solid(
      Graphics2D g, Camera camera, Tint tint, double x, double half, double from, double to) {
    for (double[] piece : pieces(from, to)) {
      fill(g, camera, tint, x - half, piece[0], x + half, piece[1]);
    }
  }

  private void dashed(
      Graphics2D g,
      Camera camera,
      double x,
      double half,
      double dash,
      double gap,
      double from,
      double to) {
    double step = dash + gap;
    for (double z = Math.floor(from / step) * step + offset; z < to; z += step) {
      if (!street.isJunction(z, 1) && !street.isJunction(z + dash, 1)) {
        fill(g, camera, paint, x - half, z, x + half, z + dash);
      }
    }
  }

  /** Markings end at the junction. */
  private double[][] pieces(double from, double to) {
    double gap = Street.ACROSS + 1;
    return Double.isFinite(street.junction())
        ? new double[][] {{from, street.junction() - gap}, {street.junction() + gap, to}}
        : new double[][] {{from, to}};
  }

  private static void across(
      Graphics2D g, Camera camera, Tint tint, double x0, double x1, double z0, double z1) {
    fill(g, camera, tint, Math.min(x0, x1), z0, Math.max(x0, x1), z1);
  }

  private static void fill(
      Graphics2D g, Camera camera, Tint tint, double x0, double z0, double x1, double z1) {
    camera
        .polygon(Vec.of(x0, 0, z0), Vec.of(x0, 0, z1), Vec.of(x1, 0, z1), Vec.of(x1, 0, z0))
        .ifPresent(shape -> {
          g.setColor(tint.color());
          g.fill(shape);
        });
  }

  /** Turns the bare colours below the horizon into what one sees: grain, light, wetness, haze. */
  void light(BufferedImage image, Camera camera, Light light) {
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    int width = image.getWidth();
    double inner = street.half();
    double outer = street.edge();
    Tint flat = light.on(Vec.UP, Tint.BLACK);
    List<Lamp> lamps = light.lamps();
    double f = camera.focal();
    Vec step = camera.ray(1, 0).minus(camera.ray(0, 0));
    for (int y = 0; y < image.getHeight(); y++) {
      Vec ray = camera.ray(0.5, y + 0.5);
      double last = -1;
      double haze = 0;
      for (int x = 0; x < width; x++) {
        double dy = ray.y() + x * step.y();
        if (dy >= -1e-6) {
          continue;
        }
        double t = camera.at().y() / -dy;
        double px = camera.at().x() + t * (ray.x() + x * step.x());
        double pz = camera.at().z() + t * (ray.z() + x * step.z());
        // t is 1 / pixels of a metre, along the picture plane
        double perMetre = 1 / t;
        double distance = t * f;
        boolean green = grass && Math.abs(px) > outer && !street.isJunction(pz, 2.5);
        double rough = green ? 0.17 : Math.abs(px) < inner ? 0.085 : 0.06;
        double grain =
            Math.min(1, perMetre / 22)
                    * Grain.fine((int) Math.floor(px * 22), (int) Math.floor(pz * 22))
                    * 0.7
                + Math.min(1, perMetre / 4)
                    * Grain.coarse((int) Math.floor(px * 9), (int) Math.floor(pz * 9))
                    * 0.6
                + Math.min(1, perMetre / 0.5)
                    * Grain.coarse((int) Math.floor(px * 1.3) + 91, (int) Math.floor(pz * 1.3))
                    * 0.5;
        double k = 1 + rough * grain;
        double r = flat.r();
        double g = flat.g();
        double b = flat.b();
        for (Lamp lamp : lamps) {
          double share = lamp.share(px, 0, pz);
          r += lamp.tint().r() * share;
          g += lamp.tint().g() * share;
          b += lamp.tint().b() * share;
        }
        int rgb = pixels[y * width + x];
        r *= k * ((rgb >> 16) & 255) / 255;
        g *= k * ((rgb >> 8) & 255) / 255;
        b *= k * (rgb & 255) / 255;
        if (light.wet() > 0 && !green) {
          double puddle = Grain.coarse((int) Math.floor(px * 4) + 40, (int) Math.floor(pz * 2.5));
          double mirror =
              light.wet()
                  * Math.clamp(0.16 + 0.14 * puddle, 0.03, 0.42)
                  * Math.min(1, distance / 12);
          double dark = 1 - 0.38 * light.wet();
          r = r * dark * (1 - mirror) + light.haze().r() * mirror;
          g = g * dark * (1 - mirror) + light.haze().g() * mirror;
          b = b * dark * (1 - mirror) + light.haze().b() * mirror;
        }
        if (distance != last) { // without roll it is the same all along the row
          haze = light.haze(distance);
          last = distance;
        }
        r += haze * (light.haze().r() - r);
        g += haze * (light.haze().g() - g);
        b += haze * (light.haze().b() - b);
        pixels[y * width + x] = (byteOf(r) << 16) | (byteOf(g) << 8) | byteOf(b);
      }
    }
  }

  private static int byteOf(double v) {
    return (int) (Math.clamp(v, 0, 1) * 255 + 0.5);
  }

  /** The dark under a thing, and the shadow that the sun gives it. */
  static void shadow(Graphics2D g, Camera camera, Light light, Footprint foot, double height) {
    double haze = light.haze(camera.distance(foot.pose().at()));
    double sun = light.sun().luma() / (light.ambient().luma() + light.sun().luma());
    Vec toSun = light.toSun();
    if (light.daylight() != Daylight.NIGHT && sun > 0.08) {
      double length = Math.min(height / toSun.y(), 14);
      Vec shift = Vec.of(-toSun.x() * length, 0, -toSun.z() * length);
      List<Vec> points = new ArrayList<>();
      for (Vec corner : foot.corners()) {
        points.add(corner);
        points.add(corner.plus(shift));
      }
      dark(g, camera, hull(points), 0.75 * sun * (1 - haze));
    }
    double contact = (0.5 - 0.3 * sun) * (1 - haze);
    dark(g, camera, foot.grown(0.12).corners(), contact * 0.6);
    dark(g, camera, foot.grown(-0.06).corners(), contact);
  }

  private static void dark(Graphics2D g, Camera camera, Vec[] shape, double alpha) {
    camera.polygon(shape).ifPresent(path -> fill(g, path, alpha));
  }

  private static void fill(Graphics2D g, Path2D path, double alpha) {
    g.setColor(Tint.BLACK.color(alpha));
    g.fill(path);
  }

  /** Convex hull on the ground (Andrew's monotone chain). */
  static Vec[] hull(List<Vec> points) {
    List<Vec> sorted = new ArrayList<>(points);
    sorted.sort(java.util.Comparator.comparingDouble(Vec::x).thenComparingDouble(Vec::z));
    List<Vec> hull = new ArrayList<>();
    for (int pass = 0; pass < 2; pass++) {
      int base = hull.size();
      for (Vec p : sorted) {
        while (hull.size() >= base + 2 && turn(hull.get(hull.size() - 2), hull.getLast(), p) <= 0) {
          hull.removeLast();
        }
        hull.add(p);
      }
      hull.removeLast();
      java.util.Collections.reverse(sorted);
    }
    return hull.toArray(Vec[]::new);
  }

  private static double turn(Vec a, Vec b, Vec c) {
    return (b.x() - a.x()) * (c.z() - a.z()) - (b.z() - a.z()) * (c.x() - a.x());
  }
}
