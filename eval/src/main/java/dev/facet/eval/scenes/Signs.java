package dev.facet.eval.scenes;

/** Traffic signs. The pole is a thing of its own: it is not in the box. */
final class Signs {
  private static final Tint RED = Tint.rgb(0xc8141e);
  private static final Tint BLUE = Tint.rgb(0x1450a8);
  private static final Tint YELLOW = Tint.rgb(0xf4c11a);
  private static final Tint WHITE = Tint.rgb(0xf6f6f2);
  private static final Tint INK = Tint.rgb(0x18191b);
  private static final Tint POLE = Tint.rgb(0x8d9196);
  private static final Vec RIGHT = Vec.of(1, 0, 0);

  /** Segments of the digits 0 to 9: top, upper left, upper right, middle, lower left, lower right, bottom. */
  private static final int[] SEGMENTS = {
    0b1110111, 0b0010010, 0b1011101, 0b1011011, 0b0111010, 0b1101011, 0b1101111, 0b1010010,
    0b1111111, 0b1111011
  };

  private static final int LETTER_P = 0b1111100;

  private enum Plate {
    WARNING,
    SPEED_LIMIT,
    NO_ENTRY,
    PROHIBITED,
    MANDATORY,
    STOP,
    YIELD,
    PRIORITY,
    PARKING,
    CROSSING
  }

  private Signs() {}

  /** The plate of a sign whose lower edge is {@code foot} metres above the ground. */
  static Model plate(Dice dice, double size, double foot) {
    Plate plate = dice.pick(Plate.values());
    int number = dice.integer(2, 12);
    int pictogram = dice.integer(0, 3);
    double y = foot + size / 2;
    return new Model(
        SceneCategory.TRAFFIC_SIGN,
        size / 2,
        0.08,
        foot + size,
        (brush, travelled) -> {
          brush.kind(Drawing.Kind.SUPPORT);
          brush.limb(POLE, Vec.of(0, 0, -0.06), Vec.of(0, foot + size * 0.9, -0.06), 0.035, 0.035);
          brush.kind(Drawing.Kind.BODY);
          brush.turn(Vec.of(0, 0.2, 1));
          new Painting(brush, y, size / 2).draw(plate, number, pictogram);
        });
  }

  /** A plate of half size 1 at a height; coordinates of what is on it run from -1 to 1, to the right as one reads it. */
  private record Painting(Brush brush, double y, double half) {
    private Vec at(double u, double v) {
      return Vec.of(-u * half, y + v * half, 0.02);
    }

    private void shape(Tint tint, double... uv) {
      Vec[] points = new Vec[uv.length / 2];
      for (int i = 0; i < points.length; i++) {
        points[i] = at(uv[2 * i], uv[2 * i + 1]);
      }
      brush.flat(tint, points);
    }

    private void disc(Tint tint, double u, double v, double radius) {
      brush.disc(tint, at(u, v), RIGHT, Vec.UP, radius * half);
    }

    private void bar(Tint tint, double u0, double v0, double u1, double v1, double thick) {
      double dx = u1 - u0;
      double dy = v1 - v0;
      double k = thick / 2 / Math.sqrt(dx * dx + dy * dy);
      shape(
          tint,
          u0 - dy * k,
          v0 + dx * k,
          u1 - dy * k,
          v1 + dx * k,
          u1 + dy * k,
          v1 - dx * k,
          u0 + dy * k,
          v0 - dx * k);
    }

    private void regular(Tint tint, int corners, double radius, double turn) {
      double[] uv = new double[2 * corners];
      for (int i = 0; i < corners; i++) {
        double t = 2 * StrictMath.PI * (i + turn) / corners;
        uv[2 * i] = radius * StrictMath.sin(t);
        uv[2 * i + 1] = radius * StrictMath.cos(t);
      }
      shape(tint, uv);
    }

    private void triangle(Tint tint, double size, double sign) {
      shape(
          tint,
          0,
          sign * size,
          size * 1.02,
          -sign * size * 0.78,
          -size * 1.02,
          -sign * size * 0.78);
    }

    private void digit(Tint tint, int digit, double u, double v, double width, double height) {
      segments(tint, SEGMENTS[digit], u, v, width, height);
    }

    private void segments(Tint tint, int lit, double u, double v, double width, double height) {
      double thick = width * 0.3;
      double[][] lines = {
        {0, 1, 1, 1},
        {0, 1, 0, 0.5},
        {1, 1, 1, 0.5},
        {0, 0.5, 1, 0.5},
        {0, 0.5, 0, 0},
        {1, 0.5, 1, 0},
        {0, 0, 1, 0}
      };
      for (int i = 0; i < lines.length; i++) {
        if (((lit >> (6 - i)) & 1) != 0) {
          double[] l = lines[i];
          bar(
              tint,
              u + l[0] * width,
              v + l[1] * height,
              u + l[2] * width,
              v + l[3] * height,
              thick);
        }
      }
    }

    /** A little man, mid-stride. */
    private void person(Tint tint, double u, double v, double size) {
      disc(tint, u, v + size * 0.8, size * 0.2);
      bar(tint, u, v + size * 0.6, u, v - size * 0.1, size * 0.34);
      bar(tint, u, v - size * 0.05, u - size * 0.35, v - size * 0.9, size * 0.2);
      bar(tint, u, v - size * 0.05, u + size * 0.35, v - size * 0.85, size * 0.2);
      bar(tint, u, v + size * 0.5, u + size * 0.4, v, size * 0.15);
      bar(tint, u, v + size * 0.5, u - size * 0.4, v + size * 0.05, size * 0.15);
    }

    private void arrow(Tint tint, double turn) {
      double c = StrictMath.cos(turn);
      double s = StrictMath.sin(turn);
      bar(tint, -0.55 * s, -0.55 * c, 0.25 * s, 0.25 * c, 0.26);
      double[] tip = {
        0.62 * s,
        0.62 * c,
        0.15 * s + 0.36 * c,
        0.15 * c - 0.36 * s,
        0.15 * s - 0.36 * c,
        0.15 * c + 0.36 * s
      };
      shape(tint, tip);
    }

    void draw(Plate plate, int number, int pictogram) {
      switch (plate) {
        case WARNING -> {
          triangle(RED, 1, 1);
          triangle(WHITE, 0.66, 1);
          warned(pictogram);
        }
        case SPEED_LIMIT -> {
          disc(RED, 0, 0, 1);
          disc(WHITE, 0, 0, 0.76);
          if (number < 10) {
            digit(INK, number, -0.45, -0.32, 0.32, 0.64);
            digit(INK, 0, 0.13, -0.32, 0.32, 0.64);
          } else {
            digit(INK, 1, -0.72, -0.28, 0.22, 0.56);
            digit(INK, number - 10, -0.2, -0.28, 0.26, 0.56);
            digit(INK, 0, 0.27, -0.28, 0.26, 0.56);
          }
        }
        case NO_ENTRY -> {
          disc(WHITE, 0, 0, 1);
          disc(RED, 0, 0, 0.94);
          bar(WHITE, -0.66, 0, 0.66, 0, 0.32);
        }
        case PROHIBITED -> {
          disc(RED, 0, 0, 1);
          disc(WHITE, 0, 0, 0.76);
          if (pictogram < 2) {
            person(INK, 0, 0, 0.5);
          } else {
            shape(INK, -0.5, -0.25, -0.5, 0.02, -0.28, 0.28, 0.25, 0.28, 0.45, 0.02, 0.5, -0.25);
            disc(INK, -0.28, -0.28, 0.14);
            disc(INK, 0.28, -0.28, 0.14);
          }
          if (pictogram % 2 == 0) {
            bar(RED, -0.6, 0.6, 0.6, -0.6, 0.2);
          }
        }
        case MANDATORY -> {
          disc(WHITE, 0, 0, 1);
          disc(BLUE, 0, 0, 0.94);
          arrow(
              WHITE,
              pictogram * StrictMath.PI / 2 - StrictMath.PI / 2 + (pictogram == 3 ? 2.2 : 0));
        }
        case STOP -> {
          regular(WHITE, 8, 1.06, 0.5);
          regular(RED, 8, 0.96, 0.5);
          digit(WHITE, 5, -0.7, -0.24, 0.24, 0.48);
          bar(WHITE, -0.33, 0.24, -0.05, 0.24, 0.08);
          bar(WHITE, -0.19, 0.24, -0.19, -0.26, 0.08);
          digit(WHITE, 0, 0.08, -0.24, 0.24, 0.48);
          segments(WHITE, LETTER_P, 0.47, -0.24, 0.22, 0.48);
        }
        case YIELD -> {
          triangle(RED, 1, -1);
          triangle(WHITE, 0.62, -1);
        }
        case PRIORITY -> {
          regular(WHITE, 4, 1.08, 0);
          regular(INK, 4, 1.0, 0);
          regular(WHITE, 4, 0.95, 0);
          regular(YELLOW, 4, 0.68, 0);
        }
        case PARKING -> {
          shape(WHITE, -0.95, -0.95, -0.95, 0.95, 0.95, 0.95, 0.95, -0.95);
          shape(BLUE, -0.87, -0.87, -0.87, 0.87, 0.87, 0.87, 0.87, -0.87);
          bar(WHITE, -0.3, -0.65, -0.3, 0.65, 0.26);
          disc(WHITE, 0.02, 0.28, 0.38);
          disc(BLUE, 0.02, 0.28, 0.15);
        }
        case CROSSING -> {
          shape(WHITE, -0.95, -0.95, -0.95, 0.95, 0.95, 0.95, 0.95, -0.95);
          shape(BLUE, -0.87, -0.87, -0.87, 0.87, 0.87, 0.87, 0.87, -0.87);
          shape(WHITE, 0, 0.78, 0.78, -0.68, -0.78, -0.68);
          person(INK, 0, -0.15, 0.48);
        }
      }
    }

    private void warned(int pictogram) {
      switch (pictogram) {
        case 0 -> person(INK, 0, -0.12, 0.36);
        case 1 -> {
          bar(INK, 0, 0.34, 0, -0.18, 0.16);
          disc(INK, 0, -0.36, 0.1);
        }
        case 2 -> {
          bar(INK, -0.25, -0.42, -0.05, 0.0, 0.14);
          bar(INK, -0.05, 0.0, -0.2, 0.12, 0.14);
          bar(INK, -0.2, 0.12, 0.05, 0.4, 0.14);
        }
        default -> {
          bar(INK, -0.22, -0.4, -0.12, 0.25, 0.1);
          bar(INK, 0.22, -0.4, 0.12, 0.25, 0.1);
        }
      }
    }
  }
}
