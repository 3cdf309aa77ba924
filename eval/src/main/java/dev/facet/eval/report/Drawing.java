package dev.facet.eval.report;

import dev.facet.eval.dataset.BoundingBox;
import dev.facet.eval.dataset.RunLengthMask;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Locale;

/**
 * Detections drawn over a copy of a picture, each class in its colour. Names need fonts, which a bare JVM may not have: without them
 * a tag shows the colour and the score alone.
 */
public final class Drawing {
  private static final float OPACITY = 0.45f;

  private final BufferedImage image;
  private final Graphics2D canvas;
  private final double unit;
  private final boolean fonts;

  /** Starts with a copy of a picture, which is not changed. */
  public Drawing(BufferedImage picture) {
    this(picture, Fonts.usable());
  }

  Drawing(BufferedImage picture, boolean fonts) {
    image = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
    canvas = image.createGraphics();
    canvas.drawImage(picture, 0, 0, null);
    canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    unit = Math.max(1, Math.max(image.getWidth(), image.getHeight()) / 500.0);
    this.fonts = fonts;
    if (fonts) {
      canvas.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      canvas.setFont(new Font(Font.SANS_SERIF, Font.BOLD, (int) Math.round(10 * unit)));
    }
  }

  /** A box of an object of the truth: no score. */
  public Drawing box(BoundingBox box, int category, String name) {
    outline(box, Palette.colour(category));
    if (fonts) {
      tag(box, Palette.colour(category), name, 1);
    }
    return this;
  }

  /** A detected box with its name and score; the bar under the name is as long as the score, in 0..1, is great. */
  public Drawing box(BoundingBox box, int category, String name, double score) {
    Color colour = Palette.colour(category);
    outline(box, colour);
    tag(box, colour, String.format(Locale.ROOT, "%s %.0f", name, 100 * score), score);
    return this;
  }

  /** A box of the truth as a thin white line, for detections to be drawn over. */
  public Drawing truth(BoundingBox box) {
    Rectangle2D frame = new Rectangle2D.Double(box.x(), box.y(), box.width(), box.height());
    canvas.setColor(new Color(0, 0, 0, 90));
    canvas.setStroke(new BasicStroke((float) (1.6 * unit)));
    canvas.draw(frame);
    canvas.setColor(Color.WHITE);
    canvas.setStroke(new BasicStroke((float) (0.8 * unit)));
    canvas.draw(frame);
    return this;
  }

  /** The pixels of an object, tinted in the colour of its class; pixels outside the picture are left out. */
  public Drawing mask(RunLengthMask mask, int category) {
    boolean[] inside = mask.pixels();
    float[] tint = Palette.colour(category).getRGBColorComponents(null);
    for (int y = 0; y < Math.min(mask.height(), image.getHeight()); y++) {
      for (int x = 0; x < Math.min(mask.width(), image.getWidth()); x++) {
        if (inside[y * mask.width() + x]) {
          image.setRGB(x, y, blend(image.getRGB(x, y), tint));
        }
      }
    }
    return this;
  }

  /** The picture as drawn so far. */
  public BufferedImage image() {
    return image;
  }

  private static int blend(int rgb, float[] tint) {
    int blended = 0;
    for (int k = 0; k < 3; k++) {
      int channel = rgb >> (16 - 8 * k) & 255;
      blended = blended << 8 | Math.round(channel * (1 - OPACITY) + 255 * tint[k] * OPACITY);
    }
    return blended;
  }

  private void outline(BoundingBox box, Color colour) {
    Rectangle2D frame = new Rectangle2D.Double(box.x(), box.y(), box.width(), box.height());
    // a dark edge keeps the line visible on a ground of its own colour
    canvas.setColor(new Color(0, 0, 0, 110));
    canvas.setStroke(new BasicStroke((float) (3.4 * unit)));
    canvas.draw(frame);
    canvas.setColor(colour);
    canvas.setStroke(new BasicStroke((float) (2.2 * unit)));
    canvas.draw(frame);
  }

  private void tag(BoundingBox box, Color colour, String text, double score) {
    double height = (fonts ? 15 : 5) * unit;
    double width = 24 * unit;
    if (fonts) {
      width = canvas.getFontMetrics().stringWidth(text) + 6 * unit;
    }
    double x = Math.clamp(box.x(), 0, Math.max(0, image.getWidth() - width));
    // above the box, or in it where the picture ends
    double y = box.y() >= height ? box.y() - height : Math.max(0, box.y());
    canvas.setColor(colour);
    canvas.fill(new Rectangle2D.Double(x, y, width, height));
    Color ink = Palette.textOn(colour);
    if (fonts) {
      FontMetrics metrics = canvas.getFontMetrics();
      canvas.setColor(ink);
      canvas.drawString(
          text,
          (float) (x + 3 * unit),
          (float) (y + (height + metrics.getAscent() - metrics.getDescent()) / 2 - 0.5 * unit));
    }
    if (score < 1) {
      canvas.setColor(ink);
      double bar = 1.8 * unit;
      canvas.fill(
          new Rectangle2D.Double(x, y + height - bar, width * Math.clamp(score, 0, 1), bar));
    }
  }
}
