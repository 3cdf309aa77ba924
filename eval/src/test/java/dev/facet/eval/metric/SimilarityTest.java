package dev.facet.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.codec.FeaturePyramid;
import dev.facet.nn.Tensor;
import dev.facet.vision.image.Picture;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class SimilarityTest {
  private static final double SSIM = 0.9380319195678607;
  private static final double PSNR = 27.84473229412751;

  /** Reference: the definition of Wang et al. by SciPy's convolve2d in mode valid, with an 11 x 11 Gaussian window of sigma 1.5. */
  @Test
  void agreesWithTheDefinition() {
    Similarity similarity = Similarity.of(plane(0), plane(3), 255);
    assertThat(similarity.ssim()).isCloseTo(SSIM, within(1e-12));
    assertThat(similarity.psnr()).isCloseTo(PSNR, within(1e-12));
  }

  private static Tensor plane(int strength) {
    Tensor plane = Tensor.zeros(17, 20, 1);
    for (int y = 0; y < 17; y++) {
      for (int x = 0; x < 20; x++) {
        plane.data()[y * 20 + x] = (x * 13 + y * 7) % 256 + strength * (x * y % 11 - 5);
      }
    }
    return plane;
  }

  @Test
  void equalMapsAreWhollySimilar() {
    assertThat(Similarity.of(plane(1), plane(1), 255))
        .isEqualTo(new Similarity(Double.POSITIVE_INFINITY, 1));
  }

  @Test
  void channelsAreTakenAlone() {
    Tensor a = Tensor.zeros(17, 20, 2);
    Tensor b = Tensor.zeros(17, 20, 2);
    for (int i = 0; i < 340; i++) {
      a.data()[2 * i] = plane(0).data()[i];
      b.data()[2 * i] = plane(3).data()[i];
    }
    assertThat(Similarity.of(a, b, 255).ssim()).isCloseTo((SSIM + 1) / 2, within(1e-12));
  }

  /** The coarsest level of a small picture. */
  @Test
  void mapsSmallerThanTheWindow() {
    Tensor a = Tensor.of(2, 3, 1, new float[] {0, 1, 2, 3, 4, 5});
    Tensor b = Tensor.of(2, 3, 1, new float[] {0, 1, 2, 3, 4, 4});
    double ssim = Similarity.of(a, b, 5).ssim();
    assertThat(ssim).isBetween(0.9, 0.99);
    assertThat(Similarity.of(a, a, 5).ssim()).isEqualTo(1);
  }

  /** As stretched to 0..255: scale and offset of the features do not count. */
  @Test
  void levelsAreComparedOnTheirRange() {
    Tensor a = plane(0);
    Tensor b = plane(3);
    Similarity stretched = Similarity.of(FeaturePyramid.of(a), FeaturePyramid.of(b));
    Similarity features =
        Similarity.of(FeaturePyramid.of(moved(a), plane(1)), FeaturePyramid.of(moved(b), plane(0)));
    Similarity other = Similarity.of(FeaturePyramid.of(plane(1)), FeaturePyramid.of(plane(0)));
    assertThat(features.psnr()).isCloseTo((stretched.psnr() + other.psnr()) / 2, within(1e-4));
    assertThat(stretched.psnr()).isCloseTo(PSNR, within(0.1));
  }

  private static Tensor moved(Tensor x) {
    Tensor moved = x.copy();
    for (int i = 0; i < moved.data().length; i++) {
      moved.data()[i] = 0.25f * moved.data()[i] - 7;
    }
    return moved;
  }

  @Test
  void picturesHaveAPeakOf255() {
    BufferedImage black = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    BufferedImage dark = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      dark.setRGB(i % 16, i / 16, 0x010101);
    }
    Similarity similarity = Similarity.of(new Picture(black), new Picture(dark));
    assertThat(similarity.psnr()).isCloseTo(48.1308, within(1e-4));
  }

  @Test
  void refusesWhatCannotBeCompared() {
    assertThatThrownBy(() -> Similarity.of(Tensor.zeros(2, 2, 1), Tensor.zeros(2, 3, 1), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Similarity.of(Tensor.zeros(2, 2, 1), Tensor.zeros(2, 2, 1), 0))
        .hasMessageContaining("range");
  }
}
