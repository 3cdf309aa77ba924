package dev.facet.eval.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A chart of lines with a marker at each point, as SVG: alone or inside a page, on light and dark grounds (text and axes take the
 * page's colour), with each point's values on hovering.
 */
public final class LineChart {
  private static final int WIDTH = 760;
  private static final int LEFT = 64;
  private static final int RIGHT = 20;
  private static final int TOP = 44;
  private static final int PLOT_HEIGHT = 320;
  private static final int BOTTOM = TOP + PLOT_HEIGHT;
  private static final int LEGEND_ROW = 22;

  /** Width of a character at 13 px, about: an SVG cannot measure its text. */
  private static final double CHARACTER = 7;

  private final String title;
  private final String xLabel;
  private final String yLabel;
  private final List<Series> series = new ArrayList<>();
  private final List<Reference> references = new ArrayList<>();
  private boolean logarithmic;

  private record Series(String name, double[] x, double[] y) {}

  private record Reference(String name, double y) {}

  /** A chart without a line yet. */
  public LineChart(String title, String xLabel, String yLabel) {
    this.title = title;
    this.xLabel = xLabel;
    this.yLabel = yLabel;
  }

  /** The horizontal axis is that of logarithms: all x must be positive. */
  public LineChart logX() {
    logarithmic = true;
    return this;
  }

  /**
   * A line through points, in this order.
   *
   * @throws IllegalArgumentException if there are not as many x as y, none at all, or one is not finite
   */
  public LineChart series(String name, double[] x, double[] y) {
    if (x.length != y.length
        || x.length == 0
        || !DoubleStream.concat(DoubleStream.of(x), DoubleStream.of(y))
            .allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "series " + name + ": expected as many x as y, all finite");
    }
    series.add(new Series(name, x.clone(), y.clone()));
    return this;
  }

  /** A dashed horizontal line, such as the accuracy without compression. */
  public LineChart reference(String name, double y) {
    if (!Double.isFinite(y)) {
      throw new IllegalArgumentException("reference " + name + ": " + y);
    }
    references.add(new Reference(name, y));
    return this;
  }

  /**
   * The chart as an {@code <svg>} element.
   *
   * @throws IllegalStateException if there is no series, or an x on a logarithmic axis is not positive
   */
  public String svg() {
    if (series.isEmpty()) {
      throw new IllegalStateException("a chart without a series");
    }
    double[] xs = series.stream().flatMapToDouble(s -> DoubleStream.of(s.x)).sorted().toArray();
    double[] ys =
        DoubleStream.concat(
                series.stream().flatMapToDouble(s -> DoubleStream.of(s.y)),
                references.stream().mapToDouble(Reference::y))
            .sorted()
            .toArray();
    if (logarithmic && xs[0] <= 0) {
      throw new IllegalStateException("x = " + xs[0] + " on a logarithmic axis");
    }
    Axis x =
        logarithmic
            ? Axis.logarithmic(xs[0], xs[xs.length - 1])
            : Axis.linear(xs[0], xs[xs.length - 1], 8);
    Axis y = Axis.linear(ys[0], ys[ys.length - 1], 6);
    StringBuilder plot = new StringBuilder();
    axes(plot, x, y);
    List<Reference> falling =
        references.stream().sorted(Comparator.comparingDouble(Reference::y).reversed()).toList();
    for (int i = 0; i < falling.size(); i++) {
      boolean close = i > 0 && y(y, falling.get(i).y) - y(y, falling.get(i - 1).y) < 24;
      reference(plot, falling.get(i), y, !close);
    }
    for (int i = 0; i < series.size(); i++) {
      line(plot, series.get(i), i, x, y);
    }
    int legend = BOTTOM + 62;
    int height = legend(plot, legend);
    return String.format(
            Locale.ROOT,
            "<svg class=\"facet-chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
            WIDTH,
            height,
            Markup.escape(title))
        + "<style>.facet-chart{color:#1c2733;font:13px system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}"
        + "@media(prefers-color-scheme:dark){.facet-chart{color:#dbe4ee}}"
        + ".facet-chart text{fill:currentColor}.facet-chart .tick{opacity:.72;font-size:12px}.facet-chart .grid{stroke:currentColor;stroke-opacity:.12}"
        + ".facet-chart .axis{stroke:currentColor;stroke-opacity:.45}</style>"
        + text(LEFT, 22, "start", "style=\"font-size:15px;font-weight:600\"", title)
        + plot
        + "</svg>\n";
  }

  private void axes(StringBuilder svg, Axis x, Axis y) {
    for (double tick : y.ticks()) {
      double at = y(y, tick);
      line(svg, "grid", LEFT, at, WIDTH - RIGHT, at);
      svg.append(text(LEFT - 8, at + 4, "end", "class=\"tick\"", Axis.label(tick)));
    }
    for (double tick : x.ticks()) {
      double at = x(x, tick);
      line(svg, "grid", at, TOP, at, BOTTOM);
      svg.append(text(at, BOTTOM + 18, "middle", "class=\"tick\"", Axis.label(tick)));
    }
    line(svg, "axis", LEFT, BOTTOM, WIDTH - RIGHT, BOTTOM);
    line(svg, "axis", LEFT, TOP, LEFT, BOTTOM);
    svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, BOTTOM + 40, "middle", "", xLabel));
    double middle = (TOP + BOTTOM) / 2.0;
    svg.append(
        text(16, middle, "middle", "transform=\"rotate(-90 16 " + number(middle) + ")\"", yLabel));
  }

  private static void line(
      StringBuilder svg, String kind, double x1, double y1, double x2, double y2) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>",
            kind,
            number(x1),
            number(y1),
            number(x2),
            number(y2)));
  }

  private static void reference(StringBuilder svg, Reference reference, Axis y, boolean above) {
    String at = number(y(y, reference.y));
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%d\" y1=\"%s\" x2=\"%d\" y2=\"%s\" stroke=\"currentColor\" stroke-opacity=\".7\" stroke-width=\"1.5\" stroke-dasharray=\"6 4\"/>",
            LEFT,
            at,
            WIDTH - RIGHT,
            at));
    // above, where no curve is (coding rarely helps), but for the second of two lines that lie
    // close together
    double text = above && y(y, reference.y) > TOP + 18 ? -7 : 16;
    svg.append(
        text(
            WIDTH - RIGHT - 6,
            y(y, reference.y) + text,
            "end",
            "class=\"tick\"",
            reference.name + " " + Axis.label(rounded(reference.y))));
  }

  private static void line(StringBuilder svg, Series line, int index, Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    StringBuilder markers = new StringBuilder();
    for (int i = 0; i < line.x.length; i++) {
      double px = x(x, line.x[i]);
      double py = y(y, line.y[i]);
      path.append(i == 0 ? 'M' : 'L').append(number(px)).append(' ').append(number(py));
      markers.append("<g>").append(marker(index, px, py)).append("<title>");
      markers.append(Markup.escape(line.name)).append(": ").append(Axis.label(rounded(line.x[i])));
      markers.append(", ").append(Axis.label(rounded(line.y[i]))).append("</title></g>");
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2.2\" stroke-linejoin=\"round\"/>%s",
            path,
            Palette.hex(index),
            markers));
  }

  /** Circle, square, diamond, triangle: a line can be told without its colour. */
  private static String marker(int index, double x, double y) {
    double r = 4.6;
    String shape =
        switch (index % 4) {
          case 0 -> "M%1$s %4$sA5 5 0 1 1 %1$s %5$sA5 5 0 1 1 %1$s %4$sZ";
          case 1 -> "M%2$s %4$sL%3$s %4$sL%3$s %5$sL%2$s %5$sZ";
          case 2 -> "M%1$s %4$sL%3$s %6$sL%1$s %5$sL%2$s %6$sZ";
          default -> "M%1$s %4$sL%3$s %5$sL%2$s %5$sZ";
        };
    double size = index % 4 == 0 ? 5 : index % 4 == 1 ? r - 0.4 : r + 1;
    String path =
        String.format(
            Locale.ROOT,
            shape,
            number(x),
            number(x - size),
            number(x + size),
            number(y - size),
            number(y + size),
            number(y));
    return "<path d=\"" + path + "\" fill=\"" + Palette.hex(index) + "\"/>";
  }

  /** Under the plot, as many to a row as fit; returns the height of the chart. */
  private int legend(StringBuilder svg, int top) {
    double x = LEFT;
    int y = top;
    for (int i = 0; i < series.size(); i++) {
      double width = 40 + CHARACTER * series.get(i).name.length();
      if (x > LEFT && x + width > WIDTH - RIGHT) {
        x = LEFT;
        y += LEGEND_ROW;
      }
      svg.append(
          String.format(
              Locale.ROOT,
              "<path d=\"M%s %d h20\" stroke=\"%s\" stroke-width=\"2.2\"/>",
              number(x),
              y,
              Palette.hex(i)));
      svg.append(marker(i, x + 10, y));
      svg.append(text(x + 27, y + 4.5, "start", "", series.get(i).name));
      x += width;
    }
    return y + 16;
  }

  private static String text(double x, double y, String anchor, String more, String content) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" %s>%s</text>",
        number(x),
        number(y),
        anchor,
        more,
        Markup.escape(content));
  }

  private static double x(Axis axis, double value) {
    return LEFT + axis.share(value) * (WIDTH - RIGHT - LEFT);
  }

  private static double y(Axis axis, double value) {
    return BOTTOM - axis.share(value) * PLOT_HEIGHT;
  }

  /** Four digits are enough for people. */
  private static double rounded(double value) {
    return value == 0 ? 0 : Double.parseDouble(String.format(Locale.ROOT, "%.3e", value));
  }

  private static String number(double pixels) {
    return String.format(Locale.ROOT, "%.1f", pixels);
  }
}
