package dev.facet.eval.scenes;

import dev.facet.eval.scenes.Stage.Actor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a street and puts things into it, so that the camera sees them well. */
final class WorldBuilder {
  private static final List<SceneCategory> CATEGORIES = List.of(SceneCategory.values());

  /** How often each category is tried: what is large is dropped less often than what is small. */
  private static final double[] WEIGHTS = {1.3, 0.9, 1.0, 1.1, 1.15, 0.85};

  private static final int TRIES = 40;
  private static final double SMALLEST = 13;

  private final Dice dice;
  private final Street street;
  private final Viewpoint viewpoint;
  private final Light light;
  private final double seconds;
  private final int width;
  private final int height;
  private final Silhouette.Canvas canvas;
  private final List<Thing> things = new ArrayList<>();
  private int nextId = 1;

  /**
   * @param seconds how long the camera looks
   */
  WorldBuilder(Dice dice, double seconds, int width, int height, Silhouette.Canvas canvas) {
    this.dice = dice;
    this.seconds = seconds;
    this.width = width;
    this.height = height;
    this.canvas = canvas;
    boolean along = dice.chance(0.55);
    this.street = Street.roll(dice.split(), !along || dice.chance(0.4));
    this.viewpoint = Viewpoint.roll(dice.split(), street, seconds > 0, along, width, height);
    this.light = Light.roll(dice.split());
  }

  World build() {
    Ground ground = new Ground(dice.split(), street);
    Lens lens = new Lens(dice.split(), light);
    long seed = dice.next();
    List<Lamp> lamps = lampPosts();
    Light lit = light.with(light.daylight() == Daylight.DAY ? List.of() : lamps);
    objects(lit);
    clutter();
    scenery();
    return new World(seed, street, ground, lit, lens, viewpoint, List.copyOf(things));
  }

  private Thing thing(Model model, Pose pose, double speed) {
    return new Thing(nextId++, model, pose, speed);
  }

  private List<Lamp> lampPosts() {
    List<Lamp> lamps = new ArrayList<>();
    double dim = light.daylight() == Daylight.NIGHT ? 1 : 0.35;
    if (viewpoint.driving()) {
      double aim = viewpoint.yaw();
      lamps.add(
          new Lamp(
              viewpoint.at().plus(Vec.of(0, -0.6, 0)),
              Tint.rgb(0xfff3d8).times(0.6 * dim),
              18,
              Vec.of(StrictMath.sin(aim), -0.02, StrictMath.cos(aim))));
    }
    double step = dice.uniform(18, 32);
    double lamp = dice.uniform(5.5, 8);
    Model post = Furniture.lampPost(dice.split(), lamp);
    boolean both = dice.chance(0.6);
    double first = dice.uniform(4, 4 + step);
    for (double z = first - 2 * step; z < 110; z += step) {
      for (int side = -1; side <= (both ? 1 : -1); side += 2) {
        if (street.isJunction(z, 1)) {
          continue;
        }
        double x = side * (street.half() + 0.45);
        add(post, Vec.of(x, 0, z), side > 0 ? StrictMath.PI : 0, 4);
        if (lamps.size() < 9 && z > -8) {
          lamps.add(
              new Lamp(
                  Vec.of(x - side * 1.3, lamp, z),
                  Furniture.LAMPLIGHT.times(dim * dice.uniform(0.8, 1.35)),
                  6.5,
                  Vec.of(0, 0, 0)));
        }
      }
    }
    return lamps;
  }

  /** Unless the camera stands there. */
  private void add(Model model, Vec at, double yaw, double space) {
    Vec d = at.minus(viewpoint.at());
    double gap = space + 2 * Math.max(model.halfLength(), model.halfWidth());
    if (d.x() * d.x() + d.z() * d.z() > gap * gap) {
      things.add(thing(model, new Pose(at, yaw), 0));
    }
  }

  private void objects(Light lit) {
    int wanted = dice.integer(5, 14);
    for (int i = 0; i < wanted; i++) {
      SceneCategory category = CATEGORIES.get(dice.weighted(WEIGHTS));
      // in a sequence they come into view at different times
      double when = seconds == 0 ? 0 : dice.uniform(0, seconds);
      Camera camera = viewpoint.at(when);
      for (int t = 0; t < TRIES; t++) {
        Thing thing = candidate(category, camera, when);
        if (thing != null && fits(thing, camera, lit, when)) {
          things.add(thing);
          break;
        }
      }
    }
  }

  private boolean fits(Thing thing, Camera camera, Light lit, double when) {
    Vec at = thing.at(when).at();
    double room = Math.max(thing.model().halfLength(), thing.model().halfWidth());
    if (camera.depth(at) < room + 1.6) {
      return false;
    }
    Footprint foot = Footprint.of(thing, when).grown(0.25);
    for (Thing other : things) {
      double reach = room + Math.max(other.model().halfLength(), other.model().halfWidth()) + 2;
      if (other.at(when).at().minus(at).length() < reach
          && foot.overlaps(Footprint.of(other, when))) {
        return false;
      }
    }
    Actor actor = Actor.of(thing, camera, lit, when, canvas);
    if (actor == null) {
      return false;
    }
    var bounds = actor.drawing().bodyBounds();
    double w = Math.min(width, bounds.getMaxX()) - Math.max(0, bounds.getMinX());
    double h = Math.min(height, bounds.getMaxY()) - Math.max(0, bounds.getMinY());
    double longer = Math.max(w, h);
    return w > 0
        && h > 0
        && w * h > 0.6 * bounds.getWidth() * bounds.getHeight()
        && longer >= 10
        && w <= 0.55 * width
        && h <= 0.9 * height
        && actor.silhouette().area() >= 30;
  }

  /** A random thing of that category at a place where it may be; null if the camera does not see that place. */
  private @Nullable Thing candidate(SceneCategory category, Camera camera, double when) {
    double size = dice.logUniform(SMALLEST, width * 0.42);
    return switch (category) {
      case CAR -> vehicle(Cars.roll(dice), camera, when, size, 3.4, true);
      case TRUCK -> vehicle(Trucks.roll(dice), camera, when, size, 5, false);
      case BUS -> vehicle(Buses.roll(dice), camera, when, size, 7, false);
      case BICYCLE -> {
        Model model = People.cyclist(dice, light.weather() == Weather.RAIN);
        int side = dice.sign();
        if (dice.chance(0.3) && Double.isFinite(street.junction())) {
          double z = street.junction() + side * (Street.ACROSS - 0.7);
          yield across(model, camera, when, size, 1.75, z, side, dice.uniform(3, 5.5));
        }
        double x = side * (street.bicycles() + dice.normal(0.15));
        yield along(model, camera, when, size, 1.75, x, side, dice.uniform(3, 5.5), 0.12);
      }
      case PEDESTRIAN -> pedestrian(camera, when, size);
      case TRAFFIC_SIGN -> {
        double plate = dice.uniform(0.7, 1.15);
        double x = dice.sign() * (street.half() + dice.uniform(0.35, street.pavement() * 0.7));
        double z = zFor(camera, x, depth(camera, dice.logUniform(SMALLEST, 90), plate));
        if (Double.isNaN(z) || street.isJunction(z, 0)) {
          yield null;
        }
        Vec d = camera.at().minus(Vec.of(x, 0, z));
        double yaw = StrictMath.atan2(d.x(), d.z()) + Math.clamp(dice.normal(0.35), -0.8, 0.8);
        yield thing(
            Signs.plate(dice, plate, dice.uniform(1.9, 2.5)), new Pose(Vec.of(x, 0, z), yaw), 0);
      }
    };
  }

  private @Nullable Thing vehicle(
      Model model, Camera camera, double when, double size, double metres, boolean mayPark) {
    int side = dice.sign();
    if (Double.isFinite(street.junction()) && dice.chance(0.35)) {
      // in the street across, on its right side
      double z = street.junction() - side * Street.ACROSS / 2;
      return across(model, camera, when, size, metres, z, side, dice.uniform(0, 6));
    }
    if (street.parking() && dice.chance(mayPark ? 0.4 : 0.1)) {
      double x = side * (street.parked() + dice.normal(0.08));
      return along(model, camera, when, size, metres, x, dice.chance(0.85) ? side : -side, 0, 0.03);
    }
    double x = side * street.lane(dice.integer(0, street.lanes() - 1)) + dice.normal(0.15);
    // one speed for a lane, so that nobody drives into another
    double speed = 4 + Math.abs(Math.floor(x / Street.LANE)) % 3;
    return along(model, camera, when, size, metres, x, side, speed, dice.chance(0.1) ? 0.25 : 0.02);
  }

  private @Nullable Thing pedestrian(Camera camera, double when, double size) {
    Model model = People.pedestrian(dice, light.weather() == Weather.RAIN);
    double speed = dice.chance(0.25) ? 0 : dice.uniform(0.9, 1.6);
    int side = dice.sign();
    if (Double.isFinite(street.zebra()) && dice.chance(0.3)) {
      return across(
          model, camera, when, size, 1.7, street.zebra() + dice.uniform(-1.4, 1.4), side, speed);
    }
    if (dice.chance(0.1)) {
      double x = dice.uniform(-street.half(), street.half());
      double z = zFor(camera, x, depth(camera, size, 1.7));
      return Double.isNaN(z)
          ? null
          : thing(model, new Pose(Vec.of(x, 0, z), side * StrictMath.PI / 2), speed);
    }
    double x = side * (street.half() + dice.uniform(0.5, street.pavement() - 0.3));
    return along(model, camera, when, size, 1.7, x, dice.sign(), speed, speed == 0 ? 1.2 : 0.12);
  }

  /** On a line along the street. */
  private @Nullable Thing along(
      Model model,
      Camera camera,
      double when,
      double size,
      double metres,
      double x,
      int direction,
      double speed,
      double turn) {
    double z = zFor(camera, x, depth(camera, size, metres));
    if (Double.isNaN(z)) {
      return null;
    }
    double yaw = (direction > 0 ? 0 : StrictMath.PI) + dice.normal(turn);
    return started(model, new Pose(Vec.of(x, 0, z), yaw), speed, when);
  }

  /** On a line across it. */
  private @Nullable Thing across(
      Model model,
      Camera camera,
      double when,
      double size,
      double metres,
      double z,
      int direction,
      double speed) {
    double depth = depth(camera, size, metres);
    Vec ray = camera.ray(dice.uniform(0.03, 0.97) * width, 0);
    double x = camera.at().x() + (z - camera.at().z()) * ray.x() / ray.z();
    if (camera.at().z() > z || Math.abs(ray.z()) < 1e-3 || Math.abs(x) > street.edge() + 1) {
      return null;
    }
    // the line's distance is what it is: near it, sizes come as wished by chance
    double there = camera.depth(Vec.of(x, 0, z));
    if (there <= 0 || (dice.chance(0.5) && (depth > 2.5 * there || depth < there / 2.5))) {
      return null;
    }
    double yaw = direction * StrictMath.PI / 2 + dice.normal(0.03);
    return started(model, new Pose(Vec.of(x, 0, z), yaw), speed, when);
  }

  private Thing started(Model model, Pose pose, double speed, double when) {
    return thing(model, new Pose(pose.point(Vec.of(0, 0, -speed * when)), pose.yaw()), speed);
  }

  private static double depth(Camera camera, double pixels, double metres) {
    return camera.focal() * metres / pixels;
  }

  /** z on a line along the street: at that depth, or somewhere in the picture when the camera looks across. */
  private double zFor(Camera camera, double x, double depth) {
    Vec forward = camera.ray(width / 2.0, height / 2.0).times(1 / camera.focal());
    if (Math.abs(forward.z()) > 0.45) {
      return camera.at().z()
          + (depth - (x - camera.at().x()) * forward.x() + camera.at().y() * forward.y())
              / forward.z();
    }
    Vec ray = camera.ray(dice.uniform(0.03, 0.97) * width, height / 2.0);
    double t = (x - camera.at().x()) / ray.x();
    return t > 0 ? camera.at().z() + t * ray.z() : Double.NaN;
  }

  private void clutter() {
    Dice some = dice.split();
    int n = some.integer(2, 12);
    for (int i = 0; i < n; i++) {
      double x = some.sign() * (street.half() + some.uniform(0.5, street.pavement() - 0.2));
      double z = some.logUniform(5, 60) * (some.chance(0.8) ? 1 : -0.4);
      place(Furniture.small(some), x, z, some.pick(0.0, StrictMath.PI) + some.normal(0.05), 5);
    }
    if (some.chance(0.45)) {
      double step = some.uniform(7, 16);
      int side = some.chance(0.6) ? 0 : some.sign();
      for (double z = some.uniform(-20, -10); z < 90; z += step) {
        for (int s = -1; s <= 1; s += 2) {
          if (side == 0 || side == s) {
            place(Plants.tree(some), s * (street.half() + 0.9), z, 0, 7);
          }
        }
      }
    }
  }

  private void place(Model model, double x, double z, double yaw, double space) {
    Thing thing = thing(model, new Pose(Vec.of(x, 0, z), yaw), 0);
    Footprint foot = Footprint.of(thing, 0).grown(0.2);
    if (street.isJunction(z, 2.5)) {
      return;
    }
    for (Thing other : things) {
      if (other.at(0).at().minus(thing.start().at()).length() < 14
          && foot.overlaps(Footprint.of(other, 0))) {
        return;
      }
    }
    add(model, Vec.of(x, 0, z), yaw, space);
  }

  /** What stands beside the street: houses, or gardens and trees. */
  private void scenery() {
    Dice some = dice.split();
    for (int side = -1; side <= 1; side += 2) {
      boolean park = some.chance(0.25);
      double setback = some.chance(0.6) ? 0 : some.uniform(2.5, 7);
      double z = some.uniform(-75, -60);
      while (z < 190) {
        double length = some.uniform(9, 24);
        if (street.isJunction(z, 3)
            || street.isJunction(z + length, 3)
            || (z < street.junction() && z + length > street.junction())) {
          double before = street.junction() - Street.ACROSS - 3 - z;
          if (before > 6) {
            length = before - 0.1;
          } else {
            z = street.junction() + Street.ACROSS + 3.1;
            continue;
          }
        }
        if (park) {
          garden(some, side, z, length);
        } else if (!some.chance(0.08)) {
          double depth = some.uniform(8, 13);
          double x = side * (street.edge() + setback + 0.3 + depth / 2);
          Model house = Buildings.roll(some, length, depth);
          things.add(
              thing(
                  house, new Pose(Vec.of(x, 0, z + length / 2), side > 0 ? 0 : StrictMath.PI), 0));
        }
        if (!park && setback > 0 && z < 90) {
          garden(some, side, setback, z, length);
        }
        z += length + (some.chance(0.25) ? some.uniform(1, 6) : 0);
      }
    }
  }

  private void garden(Dice some, int side, double z, double length) {
    int n = some.integer(2, 5);
    for (int i = 0; i < n; i++) {
      double away = some.chance(0.4) ? some.uniform(1, 3) : some.logUniform(3, 40);
      Model plant =
          some.chance(0.75)
              ? Plants.tree(some)
              : some.chance(0.7) ? Plants.bush(some) : Furniture.utilityPole(some);
      place(plant, side * (street.edge() + away), z + some.uniform(0, length), 0, 3);
    }
    if (some.chance(0.3)) {
      place(
          some.chance(0.5) ? Plants.hedge(some, length - 1) : Furniture.fence(some, length - 1),
          side * (street.edge() + 0.5),
          z + length / 2,
          0,
          1);
    }
  }

  private void garden(Dice some, int side, double setback, double z, double length) {
    if (some.chance(0.55)) {
      place(
          some.chance(0.5) ? Plants.hedge(some, length - 2) : Furniture.fence(some, length - 2),
          side * (street.edge() + 0.5),
          z + length / 2,
          0,
          1);
    }
    int n = some.integer(0, 2);
    for (int i = 0; i < n; i++) {
      place(
          some.chance(0.5) ? Plants.bush(some) : Plants.tree(some),
          side * (street.edge() + setback * 0.55),
          z + some.uniform(1, length - 1),
          0,
          3);
    }
  }
}
