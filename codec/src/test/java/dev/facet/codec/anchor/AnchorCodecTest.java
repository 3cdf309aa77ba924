package dev.facet.codec.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.codec.CodecOptions;
import dev.facet.codec.FeatureException;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.FeatureRange;
import dev.facet.codec.Quality;
import dev.facet.codec.StepVideo;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.video.VideoCodecs;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import dev.facet.codec.video.VideoStandard;
import dev.facet.nn.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The feature anchor's own: packing, quantiser, ranges. What it has in common is in CodecsWithoutModelTest. */
class AnchorCodecTest {
  private final StepVideo video = new StepVideo();

  private static FramePacking packing(List<LevelShape> shapes, int... channels) {
    return FramePacking.of(shapes, channels).orElseThrow();
  }

  /** p2..p5 of an 800 x 1216 picture: 16 x 16 tiles of p2, 32 x 8 of p3, 64 x 4 of p4, 128 x 2 of p5, as MPEG's anchor packs them. */
  @Test
  void theLayoutOfAnFpn() {
    FramePacking packing =
        packing(LevelShape.halves(new LevelShape(200, 304), 4), 256, 256, 256, 256);
    assertThat(packing.width()).isEqualTo(16 * 304);
    assertThat(packing.height()).isEqualTo(16 * 200 + 8 * 100 + 4 * 50 + 2 * 25);
  }

  @Test
  void theGridFollowsTheDivisorsAndTheLongerSide() {
    assertThat(packing(List.of(new LevelShape(2, 3)), 6).width()).isEqualTo(2 * 3);
    assertThat(packing(List.of(new LevelShape(3, 2)), 6).width()).isEqualTo(3 * 2);
    assertThat(packing(List.of(new LevelShape(2, 3)), 7).width()).isEqualTo(3);
    assertThat(packing(List.of(new LevelShape(2, 3)), 7).height()).isEqualTo(7 * 2);
    assertThat(packing(List.of(new LevelShape(5, 4)), 7).width()).isEqualTo(7 * 4);
  }

  @Test
  void everyElementHasOnePlace() {
    Random random = new Random(7);
    for (int n = 0; n < 200; n++) {
      List<LevelShape> shapes = new ArrayList<>();
      int[] channels = new int[1 + random.nextInt(4)];
      int elements = 0;
      for (int i = 0; i < channels.length; i++) {
        shapes.add(new LevelShape(1 + random.nextInt(9), 1 + random.nextInt(9)));
        channels[i] = 1 + random.nextInt(20);
        elements += (int) shapes.get(i).pixels() * channels[i];
      }
      FramePacking packing = packing(shapes, channels);
      assertThat(packing.samples()).isGreaterThanOrEqualTo(elements);
      short[] plane = packing.pack((level, index) -> (short) (level * 3000 + index));
      int[] back = {0};
      packing.unpack(
          plane,
          (level, index, sample) -> {
            assertThat(sample).isEqualTo((short) (level * 3000 + index));
            back[0]++;
          });
      assertThat(back[0]).isEqualTo(elements);
    }
  }

  @Test
  void emptyTilesGoOnAsTheRowEnds() {
    // 3 channels of 1 x 1 below 2 of 1 x 2: the width is 2, the third tile is alone in its row
    FramePacking packing = packing(List.of(new LevelShape(1, 2), new LevelShape(1, 1)), 2, 3);
    short[] plane = packing.pack((level, index) -> (short) (10 * (level + 1) + index));
    assertThat(packing.width()).isEqualTo(2);
    assertThat(plane).containsExactly(10, 12, 11, 13, 20, 21, 22, 22);
  }

  @Test
  void aPictureOfTooLongASideIsRefused() {
    assertThat(FramePacking.of(List.of(new LevelShape(1, 70_000)), new int[] {1})).isEmpty();
    assertThat(FramePacking.of(List.of(new LevelShape(70_000, 1)), new int[] {1})).isEmpty();
    int[] many = {4096, 4096};
    LevelShape large = new LevelShape(1000, 1000);
    assertThat(FramePacking.of(List.of(large, large), many)).isEmpty();
  }

  @Test
  void theQuantiserIsThatOfThePaper() {
    UniformQuantizer quantizer = new UniformQuantizer(new FeatureRange(-2, 6), 8);
    Random random = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      float value = 8 * random.nextFloat() - 2;
      // Kang et al. 2023, eq. 1
      double steps = Math.rint((value + 2.0) * 255 / 8);
      assertThat(quantizer.quantize(value)).isEqualTo((short) steps);
      assertThat(quantizer.dequantize((int) steps))
          .isCloseTo((float) (steps * 8 / 255 - 2), within(1e-6f));
    }
    assertThat(quantizer.quantize(-3)).isZero();
    assertThat(quantizer.quantize(7)).isEqualTo((short) 255);
    assertThat(quantizer.dequantize(0)).isEqualTo(-2f);
    assertThat(quantizer.dequantize(255)).isEqualTo(6f);
    UniformQuantizer flat = new UniformQuantizer(new FeatureRange(3, 3), 10);
    assertThat(flat.dequantize(flat.quantize(3))).isEqualTo(3f);
    UniformQuantizer wide = new UniformQuantizer(new FeatureRange(0, Float.MAX_VALUE), 10);
    assertThat(wide.dequantize(1023)).isEqualTo(Float.MAX_VALUE);
    assertThat(wide.dequantize(1022)).isFinite();
  }

  private static FeaturePyramid pyramid(float... ofFirstLevel) {
    return FeaturePyramid.of(
        Tensor.of(1, ofFirstLevel.length, 1, ofFirstLevel), Tensor.of(1, 1, 1, new float[] {0.5f}));
  }

  @Test
  void eachLevelHasItsRange() throws Exception {
    try (AnchorCodec codec = new AnchorCodec(video.options())) {
      FeaturePyramid decoded = codec.decode(codec.encode(pyramid(-100, 0, 100), Quality.of(0)));
      assertThat(decoded.level(0).data()[0]).isEqualTo(-100f);
      assertThat(decoded.level(0).data()[2]).isEqualTo(100f);
      assertThat(decoded.level(1).data()).containsExactly(0.5f);
      assertThat(video.seen().getLast().format()).isEqualTo(VideoFormat.monochrome(10, 3, 2));
    }
  }

  @Test
  void aGivenRangeIsThatOfAllLevelsAndClips() throws Exception {
    CodecOptions options = video.options().withRange(new FeatureRange(-1, 1)).withBitDepth(8);
    try (AnchorCodec codec = new AnchorCodec(options)) {
      byte[] one = codec.encode(pyramid(-100, 0, 100), Quality.of(0));
      FeaturePyramid decoded = new AnchorCodec(video.options()).decode(one);
      assertThat(decoded.level(0).data()[0]).isEqualTo(-1f);
      assertThat(decoded.level(0).data()[2]).isEqualTo(1f);
      assertThat(decoded.level(1).data()[0]).isCloseTo(0.5f, within(1 / 255f));
      assertThat(video.seen().getLast().format().bitDepth()).isEqualTo(8);
    }
  }

  @Test
  void aMissingVideoCodecIsOneLine() throws Exception {
    CodecOptions without = video.options().withVideoCodecs(VideoCodecs.of(List.of()));
    try (AnchorCodec codec = new AnchorCodec(without.withVideo(VideoStandard.HEVC))) {
      assertThatThrownBy(() -> codec.encode(pyramid(1, 2), Quality.of(22)))
          .isInstanceOf(FeatureException.class)
          .hasMessage("hevc: not found: no module of this build has it");
      byte[] stream = new AnchorCodec(video.options()).encode(pyramid(1, 2), Quality.of(22));
      assertThatThrownBy(() -> codec.decode(stream))
          .isInstanceOf(StreamException.UnsupportedVersion.class)
          .hasMessage("byte 0, video standard: hevc: not found: no module of this build has it");
    }
  }

  @Test
  void sequencesRepeatShapes() throws Exception {
    try (AnchorCodec codec = new AnchorCodec(video.options())) {
      List<FeaturePyramid> pyramids = List.of(pyramid(1, 2), pyramid(3, 4, 5), pyramid(6, 7));
      byte[] stream =
          codec.encode(pyramids, List.of(Quality.of(0)), dev.facet.codec.EncodeOptions.DEFAULT);
      List<FeaturePyramid> decoded = codec.decodeAll(stream);
      assertThat(decoded)
          .extracting(FeaturePyramid::shapes)
          .isEqualTo(pyramids.stream().map(FeaturePyramid::shapes).toList());
      assertThat(decoded.get(1).level(0).data()[2]).isEqualTo(5f);
    }
  }

  private static Tensor colours(int height, int width) {
    Tensor picture = Tensor.zeros(height, width, 3);
    for (int i = 0; i < picture.data().length; i++) {
      int x = i / 3 % width;
      int y = i / 3 / width;
      // smooth, as 4:2:0 leaves little of anything else in chroma
      double value = 0.5 + 0.4 * Math.sin(x / 9.0 + i % 3) * Math.cos(y / 11.0);
      picture.data()[i] = Math.round(255 * value) / 255f;
    }
    return picture;
  }

  @Test
  void picturesComeBack() throws Exception {
    for (int[] size : new int[][] {{40, 60}, {41, 61}, {1, 1}, {2, 7}}) {
      for (int bits : new int[] {8, 10}) {
        Tensor picture = colours(size[0], size[1]);
        try (ImageCodec codec = new ImageCodec(video.options().withBitDepth(bits))) {
          byte[] stream = codec.encode(ImageCodec.pyramid(picture), Quality.of(4));
          FeaturePyramid decoded = new ImageCodec(video.options()).decode(stream);
          assertThat(decoded.size()).isEqualTo(1);
          assertThat(decoded.names()).containsExactly(ImageCodec.LEVEL);
          double worst = 0;
          for (int i = 0; i < picture.data().length; i++) {
            float value = decoded.level(0).data()[i];
            worst = Math.max(worst, Math.abs(value - picture.data()[i]));
            assertThat(value * 255).isCloseTo(Math.round(value * 255), within(1e-4f));
          }
          assertThat(worst).as("%d x %d", size[0], size[1]).isLessThan(0.05);
        }
      }
    }
  }

  @Test
  void greyStaysGreyAndTheEndsStay() {
    Tensor grey = Tensor.zeros(4, 256, 3);
    for (int i = 0; i < grey.data().length; i++) {
      grey.data()[i] = (i / 3 % 256) / 255f;
    }
    VideoPicture picture = YCbCr.of(grey, 8);
    for (short sample : picture.plane(1)) {
      assertThat(sample).isEqualTo((short) 128);
    }
    assertThat(YCbCr.rgb(picture, 4, 256).data()).isEqualTo(grey.data());
  }

  @Test
  void theImageCodecTakesPicturesAlone() throws Exception {
    try (ImageCodec codec = new ImageCodec(video.options())) {
      assertThatThrownBy(
              () -> codec.encode(ImageCodec.pyramid(Tensor.zeros(4, 4, 2)), Quality.of(22)))
          .isInstanceOf(FeatureException.class)
          .hasMessageContaining("2 channels");
      assertThatThrownBy(() -> codec.encode(pyramid(1, 2), Quality.of(22)))
          .isInstanceOf(FeatureException.class)
          .hasMessage("2 levels given, image codes 1");
    }
  }
}
