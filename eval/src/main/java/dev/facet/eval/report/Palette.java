package dev.facet.eval.report;

import java.awt.Color;
import java.util.Locale;

/** Colours that can be told apart, on light and dark grounds alike, and by most of those who see colours differently. */
final class Palette {
  // after Okabe and Ito 2008 (jfly.uni-koeln.de/color), whose black and yellow vanish on one ground
  // or the other
  private static final int[] COLOURS = {
    0x0284C7, 0xE0640B, 0x0FA37F, 0xC2569B, 0xD99A00, 0x5B6EE1, 0xD63A4A, 0x5FA52B, 0x8B5FBF,
    0x2BA8B8
  };

  private Palette() {}

  /** Of a class or a series; they come round after ten. */
  static Color colour(int index) {
    return new Color(COLOURS[Math.floorMod(index, COLOURS.length)]);
  }

  /** As #rrggbb. */
  static String hex(int index) {
    return String.format(Locale.ROOT, "#%06x", colour(index).getRGB() & 0xFFFFFF);
  }

  /** Black or white, whichever is easier to read on a colour. */
  static Color textOn(Color ground) {
    double luma = 0.299 * ground.getRed() + 0.587 * ground.getGreen() + 0.114 * ground.getBlue();
    return luma > 150 ? Color.BLACK : Color.WHITE;
  }

  /** Viridis (van der Walt and Smith 2015) as sRGB, for 0 to 1, by the polynomial of degree 6 of Matt Zucker (shadertoy.com/view/WlfXRN). */
  static int viridis(double value) {
    double t = Math.clamp(value, 0, 1);
    int rgb = 0;
    for (double[] c : VIRIDIS) {
      double sum = 0;
      for (int k = c.length - 1; k >= 0; k--) {
        sum = sum * t + c[k];
      }
      rgb = rgb << 8 | (int) Math.rint(Math.clamp(sum, 0, 1) * 255);
    }
    return rgb;
  }

  private static final double[][] VIRIDIS = {
    {
      0.2777273272234177,
      0.1050930431085774,
      -0.3308618287255563,
      -4.634230498983486,
      6.228269936347081,
      4.776384997670288,
      -5.435455855934631
    },
    {
      0.005407344544966578,
      1.404613529898575,
      0.214847559468213,
      -5.799100973351585,
      14.17993336680509,
      -13.74514537774601,
      4.645852612178535
    },
    {
      0.3340998053353061,
      1.384590162594685,
      0.09509516302823659,
      -19.33244095627987,
      56.69055260068105,
      -65.35303263337234,
      26.3124352495832
    }
  };
}
