package dev.facet.eval.scenes;

import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.Shape;
import java.awt.geom.Rectangle2D;
import java.awt.Color;
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

  private record Fill(Shape shape, Paint paint, Kind kind) {}

  private final List<Fill> fills = new ArrayList<>();

  void add(Shape shape, Paint paint, Kind kind) {
    fills.add(new Fill(shape, paint, kind));
  }

  void paint(Graphics2D g) {
    for (Fill fill : fills) {
      g.setPaint(fill.paint);
      g.fill(fill.shape);
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
        Rectangle2D one = fill.shape.getBounds2D();
        if (bounds.isEmpty()) {
          bounds.setRect(one);
        } else {
          bounds.add(one);
        }
      }
    }
    return bounds;
  }
}
