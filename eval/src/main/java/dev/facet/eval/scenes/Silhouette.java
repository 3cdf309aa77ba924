package dev.facet.eval.scenes;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/**
 * The pixels of a thing alone.
 *
 * @param left column of the first of {@code pixels}
 * @param pixels row by row: {@link #BODY}, {@link #SUPPORT} or 0
 * @param area pixels of the body
 */
record Silhouette(int left, int top, int width, int height, byte[] pixels, int area) {
  static final byte BODY = 2;
  static final byte SUPPORT = 1;
  private static final Silhouette NOTHING = new Silhouette(0, 0, 0, 0, new byte[0], 0);

  /** A picture to draw silhouettes in; it is black between two of them. */
  static final class Canvas {
    private final BufferedImage image;
    private final Graphics2D g;
    private final byte[] pixels;

    Canvas(int width, int height) {
      image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
      pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
      g = image.createGraphics();
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    }

    Silhouette of(Drawing drawing) {
      Rectangle2D bounds = drawing.solidBounds();
      int left = (int) Math.max(0, Math.floor(bounds.getMinX()) - 1);
      int top = (int) Math.max(0, Math.floor(bounds.getMinY()) - 1);
      int right = (int) Math.min(image.getWidth(), Math.ceil(bounds.getMaxX()) + 1);
      int bottom = (int) Math.min(image.getHeight(), Math.ceil(bounds.getMaxY()) + 1);
      if (bounds.isEmpty() || left >= right || top >= bottom) {
        return NOTHING;
      }
      drawing.silhouette(g, Color.WHITE, SUPPORT_GREY);
      int width = right - left;
      byte[] cut = new byte[width * (bottom - top)];
      int area = 0;
      for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
          byte v = pixels[y * image.getWidth() + x];
          if (v != 0) {
            pixels[y * image.getWidth() + x] = 0;
            boolean body = v == -1;
            cut[(y - top) * width + x - left] = body ? BODY : SUPPORT;
            area += body ? 1 : 0;
          }
        }
      }
      return new Silhouette(left, top, width, bottom - top, cut, area);
    }

    private static final Color SUPPORT_GREY = new Color(100, 100, 100);
  }

  /** Writes {@code id} where the body is, and 0 where its support is. */
  void stamp(int[] ids, int stride, int id) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        byte v = pixels[y * width + x];
        if (v != 0) {
          ids[(top + y) * stride + left + x] = v == BODY ? id : 0;
        }
      }
    }
  }
}
