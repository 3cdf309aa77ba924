package dev.facet.eval.report;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;

/** Whether text can be drawn: a JDK on a system without fontconfig or fonts throws when it is asked to. */
final class Fonts {
  private static final boolean USABLE = probe();

  private Fonts() {}

  static boolean usable() {
    return USABLE;
  }

  // what a JDK without fonts throws is an Error or a RuntimeException, by version and platform
  private static boolean probe() {
    try {
      FontRenderContext context = new FontRenderContext(new AffineTransform(), true, true);
      return new Font(Font.SANS_SERIF, Font.BOLD, 12).getStringBounds("fish", context).getWidth()
          > 0;
    } catch (RuntimeException | LinkageError | InternalError e) {
      System.getLogger(Fonts.class.getName())
          .log(System.Logger.Level.DEBUG, "no fonts: pictures carry no names", e);
      return false;
    }
  }
}
