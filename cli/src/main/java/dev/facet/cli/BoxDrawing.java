package dev.facet.cli;

import dev.facet.vision.detection.Detections;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/** Draws detections on a picture. */
final class BoxDrawing {
  private static final int GREY = 64;

  private BoxDrawing() {}

  /** A plain picture. */
  static BufferedImage blank(int height, int width) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(new Color(GREY, GREY, GREY));
    g.fillRect(0, 0, width, height);
    g.dispose();
    return image;
  }

  /** Draws frames and, above each, class and score; the colour goes with the class. */
  static void draw(BufferedImage image, Detections found, List<String> classes) {
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    float thickness = Math.max(1.5f, Math.max(image.getWidth(), image.getHeight()) / 400f);
    g.setStroke(new BasicStroke(thickness));
    g.setFont(g.getFont().deriveFont(8 * thickness));
    for (int i = found.count() - 1; i >= 0; i--) {
      float left = found.boxes()[4 * i];
      float top = found.boxes()[4 * i + 1];
      int label = found.labels()[i];
      // golden ratio: neighbouring labels get distant hues
      g.setColor(Color.getHSBColor(label * 0.618034f, 0.8f, 1));
      g.draw(
          new Rectangle2D.Float(
              left, top, found.boxes()[4 * i + 2] - left, found.boxes()[4 * i + 3] - top));
      String text =
          String.format(Locale.ROOT, "%s %.2f", classes.get(label - 1), found.scores()[i]);
      g.drawString(text, left + thickness, Math.max(top - thickness, 9 * thickness));
    }
    g.dispose();
  }
}
