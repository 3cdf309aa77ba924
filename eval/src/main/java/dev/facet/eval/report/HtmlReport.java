package dev.facet.eval.report;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A page in one file: text, tables, pictures and charts, with its style inside and nothing to load, so that it can be mailed and read
 * without a network. Whatever text is given is escaped.
 */
public final class HtmlReport {
  private static final float JPEG_QUALITY = 0.88f;
  private static final String STYLE = style();

  private final String title;
  private final StringBuilder body = new StringBuilder();

  /**
   * A page without a section yet.
   *
   * @param title of the page and at its top
   * @param lead one or two sentences under it
   */
  public HtmlReport(String title, String lead) {
    this.title = title;
    body.append("<header><p class=\"brand\">Facet</p>");
    element("h1", title);
    body.append("<p class=\"lead\">").append(Markup.escape(lead)).append("</p></header>\n");
  }

  /** One of the few numbers that matter: {@code value} large, {@code label} under it. */
  public record KeyFigure(String value, String label) {}

  /** A picture and what it shows. */
  public record Picture(BufferedImage image, String caption, Encoding encoding) {}

  /** How a picture is kept. */
  public enum Encoding {
    /** For photographs. */
    JPEG,
    /** For drawings, and what must be exact. */
    PNG
  }

  /** The numbers that matter, side by side. */
  public HtmlReport keyFigures(List<KeyFigure> figures) {
    body.append("<div class=\"key\">");
    for (KeyFigure figure : figures) {
      body.append("<div>");
      element("b", figure.value());
      element("span", figure.label());
      body.append("</div>");
    }
    body.append("</div>\n");
    return this;
  }

  /** Starts a section. */
  public HtmlReport heading(String text) {
    element("h2", text);
    return this;
  }

  public HtmlReport paragraph(String text) {
    element("p", text);
    return this;
  }

  /**
   * A table; the first column is to the left, the others, for numbers, to the right.
   *
   * @throws IllegalArgumentException if a row has not as many cells as the head
   */
  public HtmlReport table(List<String> head, List<List<String>> rows) {
    body.append("<div class=\"table\"><table><thead>");
    row("th", head);
    body.append("</thead><tbody>");
    for (List<String> row : rows) {
      if (row.size() != head.size()) {
        throw new IllegalArgumentException(
            "a row of " + row.size() + " cells under a head of " + head.size());
      }
      row("td", row);
    }
    body.append("</tbody></table></div>\n");
    return this;
  }

  /** Pictures side by side, as many as the page is wide enough for; more than three of any height, in columns. */
  public HtmlReport pictures(List<Picture> pictures) {
    return group(pictures.size() > 3 ? "gallery" : "pictures", pictures);
  }

  /** Pictures to compare, two to a row. */
  public HtmlReport pairs(List<Picture> pictures) {
    return group("pairs", pictures);
  }

  private HtmlReport group(String kind, List<Picture> pictures) {
    body.append("<div class=\"").append(kind).append("\">");
    for (Picture picture : pictures) {
      body.append("<figure>");
      image(picture);
      element("figcaption", picture.caption());
      body.append("</figure>");
    }
    body.append("</div>\n");
    return this;
  }

  /** A picture over the whole width. */
  public HtmlReport picture(Picture picture) {
    body.append("<figure class=\"wide\">");
    image(picture);
    element("figcaption", picture.caption());
    body.append("</figure>\n");
    return this;
  }

  /** A chart over the whole width. */
  public HtmlReport chart(LineChart chart, String caption) {
    body.append("<figure class=\"wide chart\">").append(chart.svg());
    element("figcaption", caption);
    body.append("</figure>\n");
    return this;
  }

  /** Commands or other text to be kept as it is, such as how to make the page again. */
  public HtmlReport code(String text) {
    body.append("<pre><code>").append(Markup.escape(text)).append("</code></pre>\n");
    return this;
  }

  /** The page, to be written as UTF-8. */
  public String html() {
    return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        // nothing is loaded and no script runs, whatever got into the page
        + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n"
        + "<meta name=\"color-scheme\" content=\"light dark\">\n<title>"
        + Markup.escape(title)
        + "</title>\n<style>\n"
        + STYLE
        + "</style>\n</head>\n<body>\n<main>\n"
        + body
        + "</main>\n</body>\n</html>\n";
  }

  private void element(String name, String text) {
    body.append('<').append(name).append('>').append(Markup.escape(text));
    body.append("</").append(name).append('>');
  }

  private void row(String cell, List<String> cells) {
    body.append("<tr>");
    cells.forEach(text -> element(cell, text));
    body.append("</tr>");
  }

  private void image(Picture picture) {
    boolean jpeg = picture.encoding() == Encoding.JPEG;
    byte[] bytes = jpeg ? encode(opaque(picture.image()), "jpeg") : encode(picture.image(), "png");
    body.append("<img loading=\"lazy\" width=\"").append(picture.image().getWidth());
    body.append("\" height=\"").append(picture.image().getHeight());
    body.append("\" alt=\"").append(Markup.escape(picture.caption()));
    body.append("\" src=\"data:image/").append(jpeg ? "jpeg" : "png").append(";base64,");
    body.append(Base64.getEncoder().encodeToString(bytes)).append("\">");
  }

  /** JPEG has no transparency. */
  private static BufferedImage opaque(BufferedImage image) {
    if (image.getType() == BufferedImage.TYPE_INT_RGB) {
      return image;
    }
    BufferedImage copy =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = copy.createGraphics();
    canvas.drawImage(image, 0, 0, null);
    canvas.dispose();
    return copy;
  }

  /** In memory: ImageIO.write would want a folder for its temporary files. */
  private static byte[] encode(BufferedImage image, String format) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      if (format.equals("jpeg")) {
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(JPEG_QUALITY);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static String style() {
    try (InputStream in =
        Objects.requireNonNull(HtmlReport.class.getResourceAsStream("report.css"), "report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
