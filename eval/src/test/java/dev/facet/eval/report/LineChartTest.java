package dev.facet.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class LineChartTest {
  private static LineChart chart() {
    return new LineChart("AP <by> rate", "bpp & more", "AP");
  }

  @Test
  void isWellFormedAndShowsEveryPoint() throws Exception {
    Document svg =
        parse(
            chart()
                .logX()
                .series("a\"b", new double[] {0.01, 0.1, 1}, new double[] {0.2, 0.4, 0.5})
                .series("c", new double[] {0.02, 0.2}, new double[] {0.1, 0.3})
                .reference("uncompressed", 0.52)
                .svg());
    assertThat(svg.getDocumentElement().getAttribute("aria-label")).isEqualTo("AP <by> rate");
    assertThat(svg.getElementsByTagName("title").getLength()).isEqualTo(5);
    assertThat(svg.getElementsByTagName("title").item(1).getTextContent())
        .isEqualTo("a\"b: 0.1, 0.4");
    assertThat(texts(svg)).contains("a\"b", "c", "bpp & more", "uncompressed 0.52", "0.01", "1");
  }

  @Test
  void aLogarithmicAxisSpacesFactorsEqually() throws Exception {
    Document svg =
        parse(chart().logX().series("a", new double[] {1, 10, 100}, new double[] {0, 1, 0}).svg());
    String[] path =
        ((Element) svg.getElementsByTagName("path").item(0)).getAttribute("d").split("[ML ]");
    double first = Double.parseDouble(path[1]);
    double second = Double.parseDouble(path[3]);
    double third = Double.parseDouble(path[5]);
    assertThat(second - first)
        .isPositive()
        .isCloseTo(third - second, org.assertj.core.api.Assertions.within(0.11));
    // the greatest y is higher up, which in SVG is less
    assertThat(Double.parseDouble(path[4])).isLessThan(Double.parseDouble(path[2]));
  }

  @Test
  void ticksAreRoundAndCoverTheValues() {
    Axis axis = Axis.linear(0.137, 0.522, 6);
    assertThat(axis.ticks().stream().map(Axis::label))
        .containsExactly("0.1", "0.2", "0.3", "0.4", "0.5", "0.6");
    assertThat(axis.share(0.1)).isEqualTo(0, org.assertj.core.api.Assertions.within(1e-12));
    Axis equal = Axis.linear(0.5, 0.5, 6);
    assertThat(equal.least()).isLessThan(0.5);
    assertThat(equal.most()).isGreaterThan(0.5);
    assertThat(Axis.linear(0, 1, 5).ticks()).hasSize(6).first().isEqualTo(0.0);
    assertThat(Axis.logarithmic(0.01, 0.1).ticks().stream().map(Axis::label))
        .containsExactly("0.01", "0.02", "0.05", "0.1");
    assertThat(Axis.logarithmic(0.001, 10).ticks().stream().map(Axis::label))
        .containsExactly("0.001", "0.01", "0.1", "1", "10");
    assertThat(Axis.label(80822.9)).isEqualTo("80,823");
    assertThat(Axis.label(0)).isEqualTo("0");
    assertThat(Axis.label(-0.25)).isEqualTo("-0.25");
    assertThat(Axis.label(2e-7)).isEqualTo("2.00e-07");
  }

  @Test
  void refusesWhatCannotBeDrawn() {
    assertThatThrownBy(() -> chart().svg()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> chart().series("a", new double[1], new double[2]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> chart().series("a", new double[] {Double.NaN}, new double[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> chart().reference("a", Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> chart().logX().series("a", new double[1], new double[1]).svg())
        .isInstanceOf(IllegalStateException.class);
  }

  private static java.util.List<String> texts(Document svg) {
    NodeList nodes = svg.getElementsByTagName("text");
    java.util.List<String> texts = new java.util.ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
