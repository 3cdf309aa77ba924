package dev.facet.eval.scenes;

import dev.facet.eval.scenes.Stage.Actor;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Draws street scenes: a pinhole camera, a street with houses or gardens, and objects of {@link SceneCategory} that stand on the
 * ground, with exact masks of what one sees of them. Scene i of a seed depends on the two numbers and the size alone. Instances
 * may be shared by threads.
 */
public final class SceneGenerator {
  /** Changes whenever the pictures of a seed change. */
  public static final int VERSION = 1;

  public static final int DEFAULT_WIDTH = 512;
  public static final int DEFAULT_HEIGHT = 256;

  /** Pixels of a side. */
  public static final int LEAST_SIZE = 64;

  /** Pixels of a side. */
  public static final int MOST_SIZE = 4096;

  /** Pictures a second of a sequence. */
  public static final double FRAME_RATE = 10;

  private static final int LEAST_OBJECTS = 3;

  /** Another street is tried when too little can be seen in one. */
  private static final int ATTEMPTS = 8;

  private final long seed;
  private final int width;
  private final int height;

  private SceneGenerator(long seed, int width, int height) {
    this.seed = seed;
    this.width = width;
    this.height = height;
  }

  /** Of pictures of 512 x 256 pixels. */
  public static SceneGenerator of(long seed) {
    return of(seed, DEFAULT_WIDTH, DEFAULT_HEIGHT);
  }

  /**
   * Of pictures of that many pixels.
   *
   * @throws IllegalArgumentException if a side is under 64 or above 4096
   */
  public static SceneGenerator of(long seed, int width, int height) {
    for (int side : new int[] {width, height}) {
      if (side < LEAST_SIZE || side > MOST_SIZE) {
        throw new IllegalArgumentException(
            "pictures of "
                + width
                + " x "
                + height
                + " pixels: a side must have "
                + LEAST_SIZE
                + " to "
                + MOST_SIZE);
      }
    }
    return new SceneGenerator(seed, width, height);
  }

  public long seed() {
    return seed;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /**
   * One scene. What could be seen too badly to be labelled is left out of it.
   *
   * @param index from 0
   */
  public Scene scene(long index) {
    Silhouette.Canvas canvas = new Silhouette.Canvas(width, height);
    Dice dice = Dice.of(seed, index);
    for (int attempt = 1; ; attempt++) {
      World world = new WorldBuilder(dice.split(), 0, width, height, canvas).build();
      Camera camera = world.viewpoint().at(0);
      Stage stage = stage(world, camera, 0, canvas);
      int[] ids = stage.ids();
      for (Set<Actor> bad = unfit(stage, ids); !bad.isEmpty(); bad = unfit(stage, ids)) {
        stage.remove(bad);
        ids = stage.ids();
      }
      if (stage.objects() >= LEAST_OBJECTS || attempt == ATTEMPTS) {
        return paint(world, camera, stage, ids, 0);
      }
    }
  }

  /**
   * Pictures of one scene, {@value #FRAME_RATE} a second, in which camera and objects move. An object keeps its track id. What is
   * hidden or too small in one of them is not labelled there.
   *
   * @param index the number of the scene
   * @param frames how many pictures
   * @throws IllegalArgumentException if {@code frames} is not positive
   */
  public Sequence sequence(long index, int frames) {
    if (frames < 1) {
      throw new IllegalArgumentException("a sequence of " + frames + " pictures");
    }
    World world =
        new WorldBuilder(
                Dice.of(~seed, index),
                frames / FRAME_RATE,
                width,
                height,
                new Silhouette.Canvas(width, height))
            .build();
    return new Sequence(world, frames);
  }

  /** The pictures of a moving scene. Instances may be shared by threads. */
  public final class Sequence {
    private final World world;
    private final int frames;

    private Sequence(World world, int frames) {
      this.world = world;
      this.frames = frames;
    }

    /** How many pictures. */
    public int frames() {
      return frames;
    }

    /**
     * One of the pictures.
     *
     * @param number from 0
     * @throws IndexOutOfBoundsException if there is no such picture
     */
    public Scene frame(int number) {
      java.util.Objects.checkIndex(number, frames);
      double seconds = number / FRAME_RATE;
      Camera camera = world.viewpoint().at(seconds);
      Stage stage = stage(world, camera, seconds, new Silhouette.Canvas(width, height));
      return paint(world, camera, stage, stage.ids(), number);
    }
  }

  private Stage stage(World world, Camera camera, double seconds, Silhouette.Canvas canvas) {
    List<Actor> actors = new ArrayList<>();
    for (Thing thing : world.things()) {
      Actor actor = Actor.of(thing, camera, world.light(), seconds, canvas);
      if (actor != null) {
        actors.add(actor);
      }
    }
    return new Stage(actors, camera.at(), width, height);
  }

  /** Objects that would not be labelled. */
  private static Set<Actor> unfit(Stage stage, int[] ids) {
    Set<Actor> bad = new HashSet<>();
    for (Actor actor : stage.actors()) {
      if (actor.thing().model().category() != null
          && !stage.visible(ids, actor).suffices(actor.silhouette())) {
        bad.add(actor);
      }
    }
    return bad;
  }

  private Scene paint(World world, Camera camera, Stage stage, int[] ids, int number) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Light light = world.light();
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    Sky.paint(g, Dice.of(world.seed(), -1), camera, light, width, height);
    world.ground().paint(g, camera);
    world.ground().light(image, camera, light);
    for (Actor actor : stage.actors()) {
      Model model = actor.thing().model();
      if (model.category() != SceneCategory.TRAFFIC_SIGN) {
        Ground.shadow(g, camera, light, actor.footprint(), model.height());
      }
    }
    for (Actor actor : stage.actors()) {
      actor.drawing().paint(g, width, height);
    }
    Dice dice = Dice.of(world.seed(), number);
    if (light.weather() == Weather.RAIN) {
      Lens.rain(g, dice.split(), light, width, height);
    }
    g.dispose();
    world.lens().apply(image, dice.split());
    List<SceneObject> objects = new ArrayList<>();
    for (Actor actor : stage.actors()) {
      SceneCategory category = actor.thing().model().category();
      if (category != null && stage.visible(ids, actor).suffices(actor.silhouette())) {
        objects.add(new SceneObject(category, actor.thing().id(), stage.mask(ids, actor)));
      }
    }
    return new Scene(image, List.copyOf(objects), light.daylight(), light.weather());
  }
}
