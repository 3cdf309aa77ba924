package dev.facet.eval.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Geometry, and that a thing's mask is what is drawn of it. */
class DrawingTest {
  private static final int WIDTH = 400;
  private static final int HEIGHT = 240;
  private static final Camera CAMERA =
      new Camera(Vec.of(1, 2.5, -3), 0.4, 420, 90, 0, WIDTH, HEIGHT);

  private static Model model(SceneCategory category, Dice dice) {
    return switch (category) {
      case CAR -> Cars.roll(dice);
      case TRUCK -> Trucks.roll(dice);
      case BUS -> Buses.roll(dice);
      case BICYCLE -> People.cyclist(dice, true);
      case PEDESTRIAN -> People.pedestrian(dice, true);
      case TRAFFIC_SIGN -> Signs.plate(dice, 1, 2);
    };
  }

  @ParameterizedTest
  @EnumSource
  void maskIsWhatIsDrawn(SceneCategory category) {
    Dice dice = Dice.of(1, category.id());
    Light light = Light.roll(dice);
    for (int i = 0; i < 12; i++) {
      Pose pose =
          new Pose(CAMERA.ground(dice.uniform(80, 320), dice.uniform(14, 60)), dice.uniform(-3, 3));
      Drawing drawing = new Thing(1, model(category, dice), pose, 0).draw(CAMERA, light, 0);
      Silhouette mask = new Silhouette.Canvas(WIDTH, HEIGHT).of(drawing);
      byte[] inMask = new byte[WIDTH * HEIGHT];
      for (int y = 0; y < mask.height(); y++) {
        for (int x = 0; x < mask.width(); x++) {
          inMask[(mask.top() + y) * WIDTH + mask.left() + x] = mask.pixels()[y * mask.width() + x];
        }
      }
      int drawn = 0;
      BufferedImage smooth = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
      Graphics2D g = smooth.createGraphics();
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      drawing.silhouette(g, Color.WHITE, Color.BLACK);
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          int cover = smooth.getRGB(x, y) & 255;
          boolean body = inMask[y * WIDTH + x] == Silhouette.BODY;
          if (cover == 255) {
            assertThat(body).isTrue();
          } else if (cover == 0) {
            assertThat(body).isFalse();
          }
          drawn += cover;
        }
      }
      assertThat((double) mask.area()).isCloseTo(drawn / 255.0, within(5 + 0.25 * mask.area()));
      assertThat(mask.area()).isPositive();
    }
  }

  @Test
  void cameraSeesTheGroundWhereItIs() {
    for (double column : new double[] {0, 133, 399}) {
      Vec p = CAMERA.ground(column, 17);
      assertThat(p.y()).isZero();
      assertThat(CAMERA.depth(p)).isCloseTo(17, within(1e-9));
      assertThat(CAMERA.column(p)).isCloseTo(column, within(1e-9));
      Vec ray = CAMERA.ray(CAMERA.column(p), CAMERA.row(p));
      Vec hit = CAMERA.at().plus(ray.times(CAMERA.at().y() / -ray.y()));
      assertThat(hit.minus(p).length()).isLessThan(1e-9);
    }
    Vec far = CAMERA.at().plus(Vec.of(StrictMath.sin(0.4), 0, StrictMath.cos(0.4)).times(1e7));
    assertThat(CAMERA.row(far)).as("horizon").isCloseTo(90, within(1e-6));
    assertThat(CAMERA.column(far)).isCloseTo(200, within(1e-6));
  }

  @Test
  void whatIsTooNearIsCut() {
    Vec behind = CAMERA.at().minus(Vec.of(0, 1, 5));
    assertThat(CAMERA.polygon(behind, behind.plus(Vec.UP), behind.plus(Vec.of(0, 0, -1))))
        .isEmpty();
    Function<Double, Vec> road = z -> Vec.of(0, 0, z);
    var cut =
        CAMERA
            .polygon(road.apply(-50.0), road.apply(50.0), Vec.of(3, 0, 50), Vec.of(3, 0, -50))
            .orElseThrow();
    assertThat(cut.getBounds2D().getMinY()).as("below the horizon").isGreaterThan(90);
    assertThat(cut.getBounds2D().getHeight()).isFinite().isGreaterThan(HEIGHT);
  }

  @Test
  void nearerThingsHideFartherOnes() {
    Vec eye = Vec.of(0, 2, 0);
    Footprint bus = foot(3, 20, 0, 1.25, 6);
    // its centre is farther than that of the bus, but it stands on this side of it
    Footprint walker = foot(1, 22, 0, 0.3, 0.3);
    assertThat(walker.hides(bus, eye)).isTrue();
    assertThat(bus.hides(walker, eye)).isFalse();
    Footprint behind = foot(5, 24, 1, 0.3, 0.3);
    assertThat(bus.hides(behind, eye)).isTrue();
    assertThat(behind.hides(bus, eye)).isFalse();
    Footprint ahead = foot(3, 12, 0.2, 0.9, 1.5);
    assertThat(ahead.hides(bus, eye)).isTrue();
    assertThat(bus.overlaps(foot(4, 25, 0.7, 0.9, 2))).isTrue();
    assertThat(List.of(walker, behind, ahead)).noneMatch(bus::overlaps);
  }

  private static Footprint foot(
      double x, double z, double yaw, double halfWidth, double halfLength) {
    return new Footprint(new Pose(Vec.of(x, 0, z), yaw), halfWidth, halfLength);
  }
}
