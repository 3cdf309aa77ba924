package dev.facet.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.codec.stream.LevelShape;
import dev.facet.nn.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeaturePyramidTest {
  /** 2 channels of 1 x 3: channels first. */
  private static final float[] CHW = {1, 2, 3, 4, 5, 6};

  private static final float[] HWC = {1, 4, 2, 5, 3, 6};

  @Test
  void everySourceGivesTheSameLevel() {
    Tensor expected = Tensor.of(1, 3, 2, HWC.clone());
    ByteBuffer direct = ByteBuffer.allocateDirect(32).order(ByteOrder.BIG_ENDIAN);
    FloatBuffer buffer = direct.asFloatBuffer().put(9f).put(CHW).put(9f).limit(7).position(1);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(25, 1).asSlice(1);
      MemorySegment.copy(CHW, 0, bytes, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, 6);
      FeaturePyramid pyramid =
          FeaturePyramid.builder(Layout.NCHW)
              .add(1, 3, 2, CHW)
              .add(1, 3, 2, buffer)
              .add(1, 3, 2, bytes)
              .build();
      assertThat(pyramid.levels()).allMatch(level -> level.sameBits(expected));
      assertThat(pyramid.names()).containsExactly("p2", "p3", "p4");
    }
    assertThat(buffer.position()).isEqualTo(1);
    FeaturePyramid last = FeaturePyramid.builder(Layout.NHWC).add(1, 3, 2, HWC).named("c5").build();
    assertThat(last.level(0).sameBits(expected)).isTrue();
    assertThat(last.name(0)).isEqualTo("c5");
  }

  @Test
  void sourcesAreCopied() {
    float[] data = HWC.clone();
    FeaturePyramid pyramid = FeaturePyramid.builder(Layout.NHWC).add(1, 3, 2, data).build();
    data[0] = 99;
    assertThat(pyramid.level(0).get(0, 0, 0)).isEqualTo(1);
  }

  @Test
  void wrongSizesAreRefused() {
    FeaturePyramid.Builder builder = FeaturePyramid.builder(Layout.NCHW);
    assertThatThrownBy(() -> builder.add(1, 3, 3, CHW))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.add(1, 3, 3, FloatBuffer.wrap(CHW)))
        .hasMessage("1 x 3 x 3 do not make 6 elements");
    assertThatThrownBy(() -> builder.add(1 << 30, 1 << 30, 1 << 30, FloatBuffer.wrap(CHW)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.add(1, 1, 1, MemorySegment.ofArray(new byte[5])))
        .hasMessageContaining("5 bytes are not whole float32 values");
    assertThatThrownBy(builder::build).hasMessage("a pyramid has at least one level");
    assertThatThrownBy(() -> FeaturePyramid.of(Tensor.zeros(0, 3, 2)))
        .hasMessageContaining("p2 is empty");
    assertThatThrownBy(() ->
            FeaturePyramid.of(
                List.of("a", "a"), List.of(Tensor.zeros(1, 1, 1), Tensor.zeros(1, 1, 1))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void infiniteElementsAreNamed() throws FeatureException {
    Tensor level = Tensor.zeros(2, 3, 4);
    FeaturePyramid pyramid = FeaturePyramid.of(Tensor.zeros(1, 1, 1), level);
    assertThat(pyramid.requireFinite()).isSameAs(pyramid);
    level.data()[(1 * 3 + 2) * 4 + 3] = Float.NaN;
    assertThatThrownBy(pyramid::requireFinite)
        .isInstanceOf(FeatureException.class)
        .hasMessage("p3 is NaN at row 1, column 2, channel 3: features must be finite");
  }

  @Test
  void sizesAndShapes() {
    FeaturePyramid pyramid = FeaturePyramid.of(Tensor.zeros(5, 4, 3), Tensor.zeros(3, 2, 3));
    assertThat(pyramid.float32Bytes()).isEqualTo(4 * (60 + 18));
    assertThat(pyramid.shapes()).containsExactly(new LevelShape(5, 4), new LevelShape(3, 2));
    assertThat(pyramid).hasToString("FeaturePyramid(p2 5x4x3, p3 3x2x3)");
  }

  @Test
  void errorsByLevel() {
    FeaturePyramid original = FeaturePyramid.of(Tensor.of(1, 2, 2, new float[] {0, 10, 4, 6}));
    FeaturePyramid decoded = FeaturePyramid.of(Tensor.of(1, 2, 2, new float[] {1, 10, 4, 3}));
    LevelError error = original.compare(decoded).getFirst();
    assertThat(error.level()).isEqualTo("p2");
    assertThat(error.mse()).isEqualTo(2.5);
    assertThat(error.largest()).isEqualTo(3);
    // 10 log10(10^2 / 2.5) = 16.0206
    assertThat(error.psnr()).isCloseTo(16.0206, within(1e-4));
    assertThat(original.compare(original).getFirst().psnr()).isInfinite().isPositive();
    FeaturePyramid constant = FeaturePyramid.of(Tensor.zeros(1, 1, 1));
    assertThat(constant.compare(FeaturePyramid.of(Tensor.of(1, 1, 1, new float[] {1}))).getFirst())
        .extracting(LevelError::psnr)
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThatThrownBy(() -> original.compare(constant))
        .hasMessageContaining("p2: Tensor(1, 2, 2)");
  }

  @Test
  void qualities() {
    assertThat(Quality.of(2.5)).isEqualTo(new Quality(80)).hasToString("2.5");
    assertThat(Quality.of(4)).hasToString("4");
    assertThat(Quality.of(1.01).steps()).isEqualTo(32);
    assertThat(Quality.of(1.02).steps()).isEqualTo(33);
    assertThat(Quality.of(2.75).floor()).isEqualTo(2);
    assertThat(Quality.of(2.75).fraction()).isEqualTo(0.75f);
    for (double wrong : new double[] {-0.01, Double.NaN, 1024, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Quality.of(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
    CodecConfig six = new CodecConfig(8, 4, true, 6, CodecConfig.DEFAULT_TABLES);
    assertThat(Quality.of(5).requireIn(six)).isEqualTo(Quality.of(5));
    assertThatThrownBy(() -> Quality.of(5.04).requireIn(six))
        .hasMessage("quality 5.03125 does not exist: this pack has 0 to 5");
    CodecConfig one = new CodecConfig(8, 4, true, 1, CodecConfig.DEFAULT_TABLES);
    assertThatThrownBy(() -> Quality.of(1).requireIn(one))
        .hasMessage("quality 1 does not exist: this pack has quality 0 alone");
  }
}
