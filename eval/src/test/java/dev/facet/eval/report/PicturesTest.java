package dev.facet.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.eval.dataset.BoundingBox;
import dev.facet.eval.dataset.RunLengthMask;
import dev.facet.nn.Tensor;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PicturesTest {
  private static final int GREY = 0xFF808080;

  private static BufferedImage grey(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] pixels = new int[width * height];
    Arrays.fill(pixels, GREY);
    image.setRGB(0, 0, width, height, pixels, 0, width);
    return image;
  }

  @Test
  void drawsBoxesInTheColourOfTheirClass() {
    BufferedImage picture = grey(200, 100);
    BufferedImage drawn =
        new Drawing(picture, false)
            .box(new BoundingBox(50, 40, 100, 50), 2, "penguin", 0.5)
            .image();
    assertThat(new Color(drawn.getRGB(100, 40))).isEqualTo(Palette.colour(2));
    assertThat(drawn.getRGB(100, 70)).isEqualTo(GREY);
    assertThat(picture.getRGB(100, 40)).as("the picture itself").isEqualTo(GREY);
    // the tag above the box: a bar over half of its length
    assertThat(drawn.getRGB(60, 39)).isEqualTo(Palette.textOn(Palette.colour(2)).getRGB());
    assertThat(new Color(drawn.getRGB(60, 36))).isEqualTo(Palette.colour(2));
    assertThat(drawn.getRGB(60, 30)).isEqualTo(GREY);
  }

  @Test
  void drawsTheTruthThinAndWhite() {
    BufferedImage drawn =
        new Drawing(grey(200, 100), false).truth(new BoundingBox(50.5, 40.5, 100, 50)).image();
    Color edge = new Color(drawn.getRGB(100, 40));
    assertThat(edge.getRed())
        .isGreaterThan(220)
        .isEqualTo(edge.getGreen())
        .isEqualTo(edge.getBlue());
    assertThat(drawn.getRGB(100, 43)).isEqualTo(GREY);
    assertThat(drawn.getRGB(100, 70)).isEqualTo(GREY);
  }

  @Test
  void drawsNamesWhereThereAreFonts() {
    BoundingBox box = new BoundingBox(50, 40, 100, 50);
    BufferedImage plain = new Drawing(grey(200, 100), false).box(box, 1, "fish", 0.5).image();
    BufferedImage drawn = new Drawing(grey(200, 100)).box(box, 1, "fish", 0.5).image();
    assertThat(drawn.getRGB(52, 29) != plain.getRGB(52, 29)).isEqualTo(Fonts.usable());
  }

  @Test
  void boxesOutsideDoNoHarm() {
    BufferedImage drawn =
        new Drawing(grey(20, 10), false)
            .box(new BoundingBox(-50, -50, 10, 10), 0, "a", 0.9)
            .box(new BoundingBox(500, 500, 1e9, 1e9), 0, "a", 0.9)
            .box(new BoundingBox(2, 0, 10, 9), 0, "a")
            .image();
    assertThat(drawn.getWidth()).isEqualTo(20);
  }

  @Test
  void tintsMasks() {
    // the left column of 3 x 2 pixels
    RunLengthMask mask = RunLengthMask.of(2, 3, new int[] {0, 2, 4});
    BufferedImage drawn = new Drawing(grey(3, 2), false).mask(mask, 0).image();
    Color tint = Palette.colour(0);
    Color blended = new Color(drawn.getRGB(0, 1));
    assertThat(blended.getBlue()).isStrictlyBetween(128, tint.getBlue());
    assertThat(blended.getRed()).isStrictlyBetween(tint.getRed(), 128);
    assertThat(drawn.getRGB(1, 0)).isEqualTo(GREY);
  }

  @Test
  void aMosaicShowsEachChannelOnceInTheRangeOfItsLevel() {
    Tensor p2 = Tensor.zeros(4, 6, 3);
    Tensor p3 = Tensor.zeros(2, 3, 3);
    for (int i = 0; i < p2.data().length; i++) {
      p2.data()[i] = i % 3;
    }
    Arrays.fill(p3.data(), 7);
    p3.data()[0] = -7;
    BufferedImage mosaic = new FeatureMosaic(List.of(p2, p3), 100).draw(List.of(p2, p3));
    // three channels in two columns: 2 * 6 + 1 by 2 * 4 + 1; the next level ten pixels further
    assertThat(mosaic.getWidth()).isEqualTo(13 + 10 + 7);
    assertThat(mosaic.getHeight()).isEqualTo(9);
    assertThat(mosaic.getRGB(0, 0) & 0xFFFFFF).isEqualTo(Palette.viridis(0));
    assertThat(mosaic.getRGB(7, 3) & 0xFFFFFF).isEqualTo(Palette.viridis(0.5));
    assertThat(mosaic.getRGB(0, 5) & 0xFFFFFF).isEqualTo(Palette.viridis(1));
    assertThat(mosaic.getRGB(23, 0) & 0xFFFFFF).isEqualTo(Palette.viridis(0));
    assertThat(mosaic.getRGB(24, 0) & 0xFFFFFF).isEqualTo(Palette.viridis(1));
    assertThat(mosaic.getRGB(6, 0) >>> 24).as("opacity between channels").isZero();
  }

  @Test
  void aMosaicDrawsAnotherPyramidByTheSameColours() {
    Tensor original = Tensor.of(1, 2, 1, new float[] {0, 10});
    Tensor decoded = Tensor.of(1, 2, 1, new float[] {5, 20});
    BufferedImage mosaic = new FeatureMosaic(List.of(original), 1).draw(List.of(decoded));
    assertThat(mosaic.getRGB(0, 0) & 0xFFFFFF).isEqualTo(Palette.viridis(0.5));
    assertThat(mosaic.getRGB(1, 0) & 0xFFFFFF).isEqualTo(Palette.viridis(1));
    FeatureMosaic one = new FeatureMosaic(List.of(original), 1);
    assertThatThrownBy(() -> one.draw(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new FeatureMosaic(List.of(Tensor.zeros(0, 3, 4)), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Entries 0, 64, 128, 192 and 255 of the table of van der Walt and Smith, as matplotlib has it; the polynomial is within 2 %. */
  @Test
  void viridisIsThatOfItsAuthors() {
    int[][] table = {{68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {253, 231, 37}};
    int[] entries = {0, 64, 128, 192, 255};
    for (int i = 0; i < entries.length; i++) {
      Color colour = new Color(Palette.viridis(entries[i] / 255.0));
      int[] rgb = {colour.getRed(), colour.getGreen(), colour.getBlue()};
      for (int k = 0; k < 3; k++) {
        assertThat(Math.abs(rgb[k] - table[i][k]))
            .as("entry %d", entries[i])
            .isLessThanOrEqualTo(5);
      }
    }
    assertThat(Palette.viridis(Double.NaN)).isBetween(0, 0xFFFFFF);
  }
}
