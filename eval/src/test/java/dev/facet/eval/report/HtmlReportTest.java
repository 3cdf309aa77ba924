package dev.facet.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.eval.report.HtmlReport.Encoding;
import dev.facet.eval.report.HtmlReport.KeyFigure;
import dev.facet.eval.report.HtmlReport.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private static final String HOSTILE = "<script>alert('x')</script>\" onload=\"&";
  private static final String ESCAPED =
      "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; onload=&quot;&amp;";

  @Test
  void everyTextIsEscaped() {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    LineChart chart =
        new LineChart(HOSTILE, HOSTILE, HOSTILE)
            .series(HOSTILE, new double[] {1, 2}, new double[] {1, 2})
            .reference(HOSTILE, 1.5);
    String html =
        new HtmlReport(HOSTILE, HOSTILE)
            .keyFigures(List.of(new KeyFigure(HOSTILE, HOSTILE)))
            .heading(HOSTILE)
            .paragraph(HOSTILE)
            .table(List.of(HOSTILE), List.of(List.of(HOSTILE)))
            .pictures(List.of(new Picture(image, HOSTILE, Encoding.PNG)))
            .picture(new Picture(image, HOSTILE, Encoding.JPEG))
            .chart(chart, HOSTILE)
            .code(HOSTILE)
            .html();
    assertThat(html).doesNotContain("<script").doesNotContain("\" onload=");
    // title twice, lead, two of the key figure, heading, paragraph, head, cell, two pictures with
    // two each, code; in the chart: title
    // twice, two axes, reference, two markers, legend, caption
    assertThat(html.split(Pattern.quote(ESCAPED), -1)).hasSize(14 + 9 + 1);
  }

  @Test
  void picturesAreInside() throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(2, 1, 0xFF123456);
    String html =
        new HtmlReport("t", "l")
            .picture(new Picture(image, "a", Encoding.PNG))
            .picture(new Picture(image, "b", Encoding.JPEG))
            .html();
    Matcher uri = Pattern.compile("src=\"data:image/(png|jpeg);base64,([^\"]+)\"").matcher(html);
    assertThat(uri.find()).isTrue();
    assertThat(uri.group(1)).isEqualTo("png");
    assertThat(decoded(uri).getRGB(2, 1)).isEqualTo(0xFF123456);
    assertThat(uri.find()).isTrue();
    assertThat(uri.group(1)).isEqualTo("jpeg");
    assertThat(decoded(uri).getWidth()).isEqualTo(3);
    assertThat(html).doesNotContain("src=\"http").doesNotContain("url(").doesNotContain("@import");
  }

  private static BufferedImage decoded(Matcher uri) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(uri.group(2))));
  }

  @Test
  void aRowMustFitItsHead() {
    HtmlReport report = new HtmlReport("t", "l");
    assertThatThrownBy(() -> report.table(List.of("a", "b"), List.of(List.of("1"))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
