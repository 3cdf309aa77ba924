package dev.facet.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Properties of the operations that need no reference. */
class OperationsTest {
  private static final Backend BACKEND = new ScalarBackend(2);

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  @ParameterizedTest
  @EnumSource
  void resizeToTheSameSizeChangesNoBit(Interpolation mode) {
    Tensor x = random(1, 7, 5, 3);
    x.data()[4] = -0f;
    x.data()[9] = Float.NaN;
    x.data()[20] = Float.POSITIVE_INFINITY;
    assertThat(BACKEND.resize(x, Resize.to(7, 5, mode)).sameBits(x)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void resizeOfAConstantIsConstant(Interpolation mode) {
    Tensor x = Tensor.zeros(6, 9, 2);
    java.util.Arrays.fill(x.data(), 1f);
    for (int side = 1; side < 21; side++) {
      Tensor y = BACKEND.resize(x, Resize.to(side, 22 - side, mode));
      assertThat(y.height()).isEqualTo(side);
      assertThat(y.width()).isEqualTo(22 - side);
      for (float v : y.data()) {
        assertThat(v).isBetween(1 - 1e-6f, 1 + 1e-6f);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void resizeOfASinglePixelRepeatsIt(Interpolation mode) {
    Tensor y = BACKEND.resize(Tensor.of(1, 1, 1, new float[] {3f}), Resize.to(4, 3, mode));
    assertThat(y.data()).hasSize(12);
    for (float v : y.data()) {
      assertThat(v).isBetween(3 - 1e-6f, 3 + 1e-6f);
    }
  }

  @Test
  void transposedConvolutionScattersKernels() {
    Random random = new Random(2);
    for (int run = 0; run < 60; run++) {
      int stride = 1 + random.nextInt(3);
      int kernelHeight = 1 + random.nextInt(5);
      int kernelWidth = 1 + random.nextInt(5);
      int padding = random.nextInt(Math.min(kernelHeight, kernelWidth));
      int in = 1 + random.nextInt(3);
      int out = 1 + random.nextInt(3);
      float[] weight = integers(random, in * out * kernelHeight * kernelWidth);
      TransposedConvolutionParameters p =
          TransposedConvolutionParameters.of(in, out, kernelHeight, kernelWidth, weight)
              .bias(integers(random, out))
              .stride(stride)
              .padding(padding)
              .outputPadding(random.nextInt(stride))
              .build();
      int height = 2 + random.nextInt(4);
      int width = 2 + random.nextInt(4);
      Tensor x = Tensor.of(height, width, in, integers(random, height * width * in));
      if (p.outHeight(height) < 1 || p.outWidth(width) < 1) {
        continue;
      }
      Tensor y = BACKEND.transposedConvolution(p).apply(x, Activation.IDENTITY);
      assertThat(y.data()).isEqualTo(scatter(p, weight, x, y).data());
    }
  }

  /** The definition by scattering; exact, because all numbers are small integers. */
  private static Tensor scatter(
      TransposedConvolutionParameters p, float[] weight, Tensor x, Tensor shape) {
    Tensor y = Tensor.zeros(p.outHeight(x.height()), p.outWidth(x.width()), p.outChannels());
    assertThat(y.sameShape(shape)).isTrue();
    ConvolutionParameters subpixel = p.toSubpixel();
    for (int i = 0; i < y.data().length; i++) {
      y.data()[i] = subpixel.bias(i % p.outChannels());
    }
    for (int iy = 0; iy < x.height(); iy++) {
      for (int ix = 0; ix < x.width(); ix++) {
        for (int k = 0; k < weight.length; k++) {
          int kx = k % p.kernelWidth();
          int ky = k / p.kernelWidth() % p.kernelHeight();
          int o = k / (p.kernelWidth() * p.kernelHeight()) % p.outChannels();
          int i = k / (p.kernelWidth() * p.kernelHeight() * p.outChannels());
          int oy = iy * p.stride() - p.padding() + ky;
          int ox = ix * p.stride() - p.padding() + kx;
          if (oy >= 0 && oy < y.height() && ox >= 0 && ox < y.width()) {
            y.data()[(oy * y.width() + ox) * p.outChannels() + o] += weight[k] * x.get(iy, ix, i);
          }
        }
      }
    }
    return y;
  }

  @Test
  void aKernelOfFiveWithStrideTwoBecomesWinograd() {
    ConvolutionParameters p =
        TransposedConvolutionParameters.of(16, 16, 5, 5, new float[16 * 16 * 25])
            .stride(2)
            .padding(2)
            .outputPadding(1)
            .build()
            .toSubpixel();
    assertThat(p.winograd()).isTrue();
    assertThat(p.subpixel()).isEqualTo(2);
  }

  @Test
  void maxPoolingKeepsNanAndMinusInfinity() {
    Tensor x =
        Tensor.of(
            2,
            4,
            1,
            new float[] {
              1,
              Float.NaN,
              Float.NEGATIVE_INFINITY,
              Float.NEGATIVE_INFINITY,
              5,
              2,
              Float.NEGATIVE_INFINITY,
              Float.NEGATIVE_INFINITY
            });
    assertThat(BACKEND.maxPool(x, 2, 2, 0, false).data())
        .containsExactly(Float.NaN, Float.NEGATIVE_INFINITY);
  }

  @Test
  void maxPoolingWithKernelOneIsSubsampling() {
    Tensor x = random(3, 7, 8, 5);
    assertThat(BACKEND.maxPool(x, 1, 2, 0, false).sameBits(BACKEND.subsample(x))).isTrue();
  }

  @Test
  void maxPoolingRefusesWhatTheReferenceRefuses() {
    Tensor x = random(3, 3, 3, 1);
    assertThatIllegalArgumentException().isThrownBy(() -> BACKEND.maxPool(x, 2, 2, 2, false));
    assertThatIllegalArgumentException().isThrownBy(() -> BACKEND.maxPool(x, 4, 1, 0, true));
  }

  @Test
  void negativePaddingCrops() {
    Tensor x = random(4, 6, 7, 3);
    assertThat(BACKEND.pad(x, -1, -2, -3, 0).sameBits(BACKEND.crop(x, 1, 3, 3, 4))).isTrue();
    Tensor grown = BACKEND.pad(x, 2, 1, 0, 3);
    assertThat(BACKEND.pad(grown, -2, -1, 0, -3).sameBits(x)).isTrue();
    assertThat(BACKEND.pad(x, -6, 2, 1, 1).data()).containsOnly(0f);
    assertThatIllegalArgumentException().isThrownBy(() -> BACKEND.pad(x, -5, -2, 0, 0));
  }

  @Test
  void softmaxOfEqualValuesIsUniformAndLargeOnesDoNotOverflow() {
    Tensor x = Tensor.of(1, 2, 2, new float[] {3e38f, 3e38f, -3e38f, 3e38f});
    assertThat(BACKEND.softmax(x).data()).containsExactly(0.5f, 0.5f, 0f, 1f);
  }

  @Test
  void roiOfOneWholePixelIsThatPixel() {
    Tensor x = random(5, 6, 7, 9);
    RoiAlign how = new RoiAlign(1, 1, 0.5f, 1, true);
    float[] boxes = new float[6 * 7 * 4];
    for (int i = 0; i < 42; i++) {
      boxes[4 * i] = i % 7 * 2;
      boxes[4 * i + 1] = i / 7 * 2;
      boxes[4 * i + 2] = boxes[4 * i] + 2;
      boxes[4 * i + 3] = boxes[4 * i + 1] + 2;
    }
    assertThat(BACKEND.roiAlign(x, boxes, how).data()).isEqualTo(x.data());
  }

  @Test
  void roisFarOutsideReversedOrEmptyAreZeroOrFinite() {
    Tensor x = random(6, 6, 7, 2);
    float[] far = {100, 100, 130, 130, -60, -60, -40, -40};
    for (int ratio = 0; ratio < 3; ratio++) {
      assertThat(BACKEND.roiAlign(x, far, new RoiAlign(3, 2, 1f, ratio, true)).data())
          .containsOnly(0f);
    }
    float[] reversed = {5, 5, 1, 1};
    assertThat(BACKEND.roiAlign(x, reversed, new RoiAlign(2, 2, 1f, 0, true)).data())
        .containsOnly(0f);
    assertThat(BACKEND.roiAlign(x, reversed, new RoiAlign(2, 2, 1f, 0, false)).isFinite()).isTrue();
    assertThat(BACKEND.roiAlign(x, new float[0], new RoiAlign(7, 7, 1f, 2, true)).height())
        .isZero();
  }

  @Test
  void roisThatWouldTakeForEverAreRefused() {
    Tensor x = random(7, 4, 4, 1);
    RoiAlign adaptive = new RoiAlign(7, 7, 1f, 0, true);
    for (float corner : new float[] {1e9f, 3e38f, Float.POSITIVE_INFINITY, Float.NaN}) {
      float[] box = {0, 0, corner, corner};
      assertThatIllegalArgumentException().isThrownBy(() -> BACKEND.roiAlign(x, box, adaptive));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BACKEND.roiAlign(x, new float[3], adaptive));
  }

  @Test
  void threadsChangeNoBit() {
    Tensor x = random(8, 23, 17, 6);
    float[] boxes = {0, 0, 60, 50, 10, 20, 30, 90, -5, -5, 12, 12};
    RoiAlign how = new RoiAlign(5, 4, 0.25f, 0, true);
    try (Backend one = new ScalarBackend(1);
        Backend four = new ScalarBackend(4)) {
      assertThat(four.roiAlign(x, boxes, how).sameBits(one.roiAlign(x, boxes, how))).isTrue();
      assertThat(four.softmax(x).sameBits(one.softmax(x))).isTrue();
      assertThat(four.adaptiveAveragePool(x, 7, 7).sameBits(one.adaptiveAveragePool(x, 7, 7)))
          .isTrue();
      for (Interpolation mode : Interpolation.values()) {
        Resize to = Resize.to(31, 9, mode);
        assertThat(four.resize(x, to).sameBits(one.resize(x, to))).isTrue();
      }
      for (Pointwise function : Pointwise.values()) {
        assertThat(four.map(x, function).sameBits(one.map(x, function))).isTrue();
      }
    }
  }

  private static Tensor random(int seed, int height, int width, int channels) {
    Random random = new Random(seed);
    Tensor x = Tensor.zeros(height, width, channels);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = random.nextFloat() * 2 - 1;
    }
    return x;
  }

  private static float[] integers(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextInt(-8, 9);
    }
    return values;
  }
}
