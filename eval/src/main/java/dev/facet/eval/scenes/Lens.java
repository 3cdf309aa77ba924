package dev.facet.eval.scenes;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/** What the air before the camera and the camera itself do to a picture: rain, blur, exposure, white balance, noise. */
final class Lens {
  private final double exposure;
  private final double contrast;
  private final double[] balance;
  private final double noise;
  private final double vignette;
  private final int smear;
  private final boolean soft;

  Lens(Dice dice, Light light) {
    boolean dark = light.daylight() == Daylight.NIGHT;
    exposure = StrictMath.exp(dice.normal(0.12)) * (dark ? 1.15 : 1.08);
    contrast = dice.uniform(0.88, 1.15);
    double warm = dice.normal(0.045);
    balance = new double[] {1 + warm, 1 + dice.normal(0.012), 1 - warm};
    noise = dice.logUniform(0.8, 3.2) * (dark ? 2.2 : light.daylight() == Daylight.DUSK ? 1.5 : 1);
    vignette = dice.chance(0.6) ? dice.uniform(0.05, 0.3) : 0;
    smear = dice.chance(0.2) ? dice.integer(1, 2) : 0;
    soft = dice.chance(0.3);
  }

  static void rain(Graphics2D g, Dice dice, Light light, int width, int height) {
    double slope = dice.normal(0.12);
    int n = (int) (width * height / 131072.0 * dice.integer(120, 420));
    Color colour = light.haze().mix(Tint.WHITE, 0.4).color(dice.uniform(0.16, 0.34));
    g.setColor(colour);
    for (int i = 0; i < n; i++) {
      double near = dice.uniform(0.4, 1);
      double length = height * 0.075 * near * near;
      double x = dice.uniform(-10, width + 10);
      double y = dice.uniform(-10, height);
      g.setStroke(new BasicStroke((float) (0.9 * near)));
      g.draw(new Line2D.Double(x, y, x + slope * length, y + length));
    }
  }

  /** Changes the picture in place. */
  void apply(BufferedImage image, Dice dice) {
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    int width = image.getWidth();
    int height = image.getHeight();
    if (smear > 0) {
      convolve(pixels, width, height, 1, smear, 1);
    }
    if (soft) {
      convolve(pixels, width, height, 1, 1, 2);
      convolve(pixels, width, height, width, 1, 2);
    }
    float[][] curves = new float[3][256];
    for (int c = 0; c < 3; c++) {
      for (int v = 0; v < 256; v++) {
        double x = (v / 255.0 * exposure * balance[c] - 0.5) * contrast + 0.5;
        // a shoulder instead of a hard limit above
        curves[c][v] =
            (float) (255 * (x <= 0.8 ? x : 0.8 + 0.2 * (1 - StrictMath.exp(-(x - 0.8) / 0.2))));
      }
    }
    int shiftX = dice.integer(0, 255);
    int shiftY = dice.integer(0, 255);
    float deviation = (float) noise;
    for (int y = 0; y < height; y++) {
      double v = (y + 0.5) / height - 0.5;
      // each row takes the noise tile elsewhere, so that the tile does not show
      int jump = dice.integer(0, 255);
      for (int x = 0; x < width; x++) {
        double u = (x + 0.5) / width - 0.5;
        float gain = (float) (1 - vignette * 2 * (u * u + v * v));
        int rgb = pixels[y * width + x];
        float r = gain * curves[0][(rgb >> 16) & 255];
        float g = gain * curves[1][(rgb >> 8) & 255];
        float b = gain * curves[2][rgb & 255];
        // more light, more shot noise
        float sigma = deviation * (0.6f + 0.0028f * g);
        int row = y + shiftY;
        int column = x + shiftX + jump;
        r += sigma * Grain.fine(column, row);
        g += sigma * 0.8f * Grain.fine(column + 83, row + 57);
        b += sigma * 1.15f * Grain.fine(column + 171, row + 131);
        pixels[y * width + x] = (byteOf(r) << 16) | (byteOf(g) << 8) | byteOf(b);
      }
    }
  }

  private static int byteOf(float v) {
    return v <= 0 ? 0 : v >= 255 ? 255 : (int) (v + 0.5f);
  }

  /** A centred filter along rows (stride 1) or columns (stride = width): {@code middle} in the middle, 1 beside. */
  private static void convolve(
      int[] pixels, int width, int height, int stride, int radius, int middle) {
    boolean rows = stride == 1;
    int lines = rows ? height : width;
    int length = rows ? width : height;
    int sum = 2 * radius + middle;
    int[] line = new int[length];
    for (int i = 0; i < lines; i++) {
      int base = rows ? i * width : i;
      for (int k = 0; k < length; k++) {
        int r = 0;
        int g = 0;
        int b = 0;
        for (int d = -radius; d <= radius; d++) {
          int rgb = pixels[base + Math.clamp(k + d, 0, length - 1) * stride];
          int weight = d == 0 ? middle : 1;
          r += weight * ((rgb >> 16) & 255);
          g += weight * ((rgb >> 8) & 255);
          b += weight * (rgb & 255);
        }
        line[k] = ((r / sum) << 16) | ((g / sum) << 8) | (b / sum);
      }
      for (int k = 0; k < length; k++) {
        pixels[base + k * stride] = line[k];
      }
    }
  }
}
