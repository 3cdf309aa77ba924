package dev.facet.eval.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Some hundreds of scenes, and what is promised of all of them. */
class SceneGeneratorTest {
  private static final int SCENES = 240;
  private static final SceneGenerator GENERATOR = SceneGenerator.of(20);
  private static final List<List<SceneObject>> OBJECTS = new ArrayList<>();
  private static final SceneStatistics STATISTICS = new SceneStatistics();

  @BeforeAll
  static void draw() {
    List<Scene> scenes = IntStream.range(0, SCENES).parallel().mapToObj(GENERATOR::scene).toList();
    for (Scene scene : scenes) {
      OBJECTS.add(scene.objects());
      STATISTICS.add(scene.objects(), scene.daylight(), scene.weather());
    }
  }

  @Test
  void boxesAreThoseOfTheMasksAndMasksDoNotOverlap() {
    int width = GENERATOR.width();
    int height = GENERATOR.height();
    for (List<SceneObject> objects : OBJECTS) {
      boolean[] taken = new boolean[width * height];
      for (SceneObject object : objects) {
        Mask mask = object.mask();
        assertThat(IntStream.of(mask.counts()).sum()).isEqualTo(width * height);
        boolean[] pixels = mask.pixels(width, height);
        int left = width;
        int right = -1;
        int top = height;
        int bottom = -1;
        int area = 0;
        for (int i = 0; i < pixels.length; i++) {
          if (pixels[i]) {
            left = Math.min(left, i % width);
            right = Math.max(right, i % width);
            top = Math.min(top, i / width);
            bottom = Math.max(bottom, i / width);
            area++;
            assertThat(taken[i]).isFalse();
            taken[i] = true;
          }
        }
        assertThat(mask)
            .returns(area, Mask::area)
            .returns(left, Mask::x)
            .returns(top, Mask::y)
            .returns(right - left + 1, Mask::width)
            .returns(bottom - top + 1, Mask::height);
      }
    }
  }

  @Test
  void whatIsLabelledCanBeSeen() {
    for (List<SceneObject> objects : OBJECTS) {
      for (SceneObject object : objects) {
        assertThat(Math.max(object.mask().width(), object.mask().height()))
            .isGreaterThanOrEqualTo(8);
        assertThat(object.mask().area()).isGreaterThanOrEqualTo(20);
      }
    }
  }

  @Test
  void scenesAreNeitherEmptyNorCrowded() {
    assertThat(OBJECTS).allSatisfy(objects -> assertThat(objects).hasSizeBetween(1, 14));
    assertThat(OBJECTS.stream().filter(objects -> objects.size() < 3).count())
        .isLessThan(SCENES / 20);
  }

  @Test
  void categoriesAndSizesAreSpread() {
    double all = STATISTICS.objects();
    int small = 0;
    int large = 0;
    for (SceneCategory category : SceneCategory.values()) {
      int[] sizes = STATISTICS.objects(category);
      assertThat(IntStream.of(sizes).sum() / all).as(category.label()).isBetween(0.10, 0.25);
      small += sizes[0];
      large += sizes[SceneStatistics.SIZES.size()];
    }
    assertThat(small / all).isBetween(0.03, 0.15);
    assertThat(large / all).isBetween(0.10, 0.35);
  }

  @Test
  void everyConditionOccurs() {
    for (Daylight daylight : Daylight.values()) {
      assertThat(STATISTICS.scenes(daylight)).as(daylight.name()).isGreaterThan(SCENES / 12);
    }
    for (Weather weather : Weather.values()) {
      assertThat(STATISTICS.scenes(weather)).as(weather.name()).isGreaterThan(SCENES / 20);
    }
    assertThat(STATISTICS.scenes()).isEqualTo(SCENES);
  }

  @Test
  void sceneDependsOnSeedAndIndexAlone() {
    for (long index : new long[] {0, 5, 1L << 40}) {
      Scene once = SceneGenerator.of(9).scene(index);
      Scene again = SceneGenerator.of(9).scene(index);
      assertThat(pixels(once.image())).isEqualTo(pixels(again.image()));
      assertThat(again.objects()).usingRecursiveComparison().isEqualTo(once.objects());
    }
    int[] picture = pixels(SceneGenerator.of(9).scene(5).image());
    assertThat(pixels(SceneGenerator.of(9).scene(6).image())).isNotEqualTo(picture);
    assertThat(pixels(SceneGenerator.of(10).scene(5).image())).isNotEqualTo(picture);
  }

  @Test
  void picturesHaveTheWishedSize() {
    Scene scene = SceneGenerator.of(1, 320, 200).scene(0);
    assertThat(scene.image().getWidth()).isEqualTo(320);
    assertThat(scene.image().getHeight()).isEqualTo(200);
    assertThat(scene.objects())
        .allSatisfy(
            object -> assertThat(IntStream.of(object.mask().counts()).sum()).isEqualTo(320 * 200));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SceneGenerator.of(1, 63, 200))
        .withMessageContaining("63 x 200");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SceneGenerator.of(1, 64, 4097))
        .withMessageContaining("64 to 4096");
  }

  @Test
  void objectsKeepTheirTracksWhileTheyMove() {
    int moved = 0;
    for (int scene = 0; scene < 6; scene++) {
      SceneGenerator.Sequence sequence = GENERATOR.sequence(scene, 8);
      Map<Integer, SceneObject> last = new HashMap<>();
      for (int frame = 0; frame < sequence.frames(); frame++) {
        Map<Integer, SceneObject> now = new HashMap<>();
        for (SceneObject object : sequence.frame(frame).objects()) {
          assertThat(now.put(object.trackId(), object))
              .as("one object of a track in a frame")
              .isNull();
          SceneObject before = last.get(object.trackId());
          if (before != null) {
            assertThat(object.category()).isEqualTo(before.category());
            moved += object.mask().x() != before.mask().x() ? 1 : 0;
          }
        }
        last = now;
      }
    }
    assertThat(moved).isGreaterThan(30);
    assertThat(pixels(GENERATOR.sequence(3, 8).frame(4).image()))
        .isEqualTo(pixels(GENERATOR.sequence(3, 8).frame(4).image()));
    assertThatIllegalArgumentException().isThrownBy(() -> GENERATOR.sequence(0, 0));
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
