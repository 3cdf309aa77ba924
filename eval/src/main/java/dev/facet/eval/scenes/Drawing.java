package dev.facet.eval.scenes;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.Shape;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/** One thing in the picture: shapes to fill, in order. */
final class Drawing {
  /** What a shape is of the thing. */
  enum Kind {
    /** A part of it. */
    BODY,
    /** Hides what is behind it, but is no part of it: the pole of a sign. */
    SUPPORT,
    /** A detail inside the other shapes, or light and shadow around them: no part of the silhouette. */
    DETAIL
  }

  private record Fill(Shape shape, Rectangle2D bounds, Paint paint, Kind kind) {}

  private final List<Fill> fills = new ArrayList<>();

  void add(Shape shape, Paint paint, Kind kind) {
    fills.add(new Fill(shape, shape.getBounds2D(), paint, kind));
  }

  /** Into a picture of that size. */
  void paint(Graphics2D g, int width, int height) {
    for (Fill fill : fills) {
      // not left to Java2D, which prepares a gradient before it looks
      if (fill.bounds.intersects(0, 0, width, height)) {
        g.setPaint(fill.paint);
        g.fill(fill.shape);
      }
    }
  }

  /** Fills the body's pixels with one colour and the support's with another. */
  void silhouette(Graphics2D g, Color body, Color support) {
    for (Fill fill : fills) {
      if (fill.kind != Kind.DETAIL) {
        g.setColor(fill.kind == Kind.BODY ? body : support);
        g.fill(fill.shape);
      }
    }
  }

  /** Of the body, also outside the picture. */
  Rectangle2D bodyBounds() {
    return bounds(Kind.BODY);
  }

  /** Of all that hides something. */
  Rectangle2D solidBounds() {
    Rectangle2D body = bounds(Kind.BODY);
    Rectangle2D support = bounds(Kind.SUPPORT);
    return support.isEmpty() ? body : body.isEmpty() ? support : body.createUnion(support);
  }

  private Rectangle2D bounds(Kind kind) {
    Rectangle2D.Double bounds = new Rectangle2D.Double();
    for (Fill fill : fills) {
      if (fill.kind == kind) {
        if (bounds.isEmpty()) {
          bounds.setRect(fill.bounds);
        } else {
          bounds.add(fill.bounds);
        }
      }
    }
    return bounds;
  }
}
