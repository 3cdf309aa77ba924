package dev.facet.eval.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The things that a camera sees at one time, from far to near. */
final class Stage {
  /** Less of a thing is not labelled. */
  static final double LEAST_VISIBLE = 0.3;

  /** Pixels of a box's longer side. */
  static final int LEAST_SIDE = 8;

  /** Visible pixels. */
  static final int LEAST_AREA = 20;

  /** A thing as the camera sees it. */
  record Actor(Thing thing, Footprint footprint, Drawing drawing, Silhouette silhouette) {
    static @Nullable Actor of(
        Thing thing, Camera camera, Light light, double seconds, Silhouette.Canvas canvas) {
      Footprint footprint = Footprint.of(thing, seconds);
      if (!camera.inFront(footprint.pose().at()) && allBehind(footprint, camera)) {
        return null;
      }
      Drawing drawing = thing.draw(camera, light, seconds);
      Silhouette silhouette = canvas.of(drawing);
      return silhouette.width() == 0 ? null : new Actor(thing, footprint, drawing, silhouette);
    }

    private static boolean allBehind(Footprint footprint, Camera camera) {
      for (Vec corner : footprint.corners()) {
        if (camera.inFront(corner)) {
          return false;
        }
      }
      return true;
    }
  }

  /** What is left of a thing behind the others. */
  record Visible(int area, int width, int height) {
    boolean suffices(Silhouette whole) {
      return area >= LEAST_AREA
          && area >= LEAST_VISIBLE * whole.area()
          && Math.max(width, height) >= LEAST_SIDE;
    }
  }

  private final int width;
  private final int height;
  private final List<Actor> actors;

  /** Puts the actors in order. */
  Stage(List<Actor> actors, Vec eye, int width, int height) {
    this.width = width;
    this.height = height;
    this.actors = ordered(actors, eye);
  }

  private static List<Actor> ordered(List<Actor> actors, Vec eye) {
    int n = actors.size();
    boolean[][] hides = new boolean[n][n];
    int[] hidden = new int[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        Actor a = actors.get(i);
        Actor b = actors.get(j);
        if (meet(a.silhouette, b.silhouette)) {
          hides[i][j] = a.footprint.hides(b.footprint, eye);
          hides[j][i] = !hides[i][j] && b.footprint.hides(a.footprint, eye);
          hidden[i] += hides[i][j] ? 1 : 0;
          hidden[j] += hides[j][i] ? 1 : 0;
        }
      }
    }
    List<Actor> order = new ArrayList<>(n);
    boolean[] done = new boolean[n];
    while (order.size() < n) {
      int next = -1;
      for (int i = 0; i < n; i++) {
        // what hides none that is left; in a circle of three, what hides fewest
        if (!done[i] && (next < 0 || hidden[i] < hidden[next])) {
          next = i;
        }
      }
      done[next] = true;
      order.add(actors.get(next));
      for (int i = 0; i < n; i++) {
        hidden[i] -= hides[i][next] && !done[i] ? 1 : 0;
      }
    }
    return order;
  }

  private static boolean meet(Silhouette a, Silhouette b) {
    return a.left() < b.left() + b.width()
        && b.left() < a.left() + a.width()
        && a.top() < b.top() + b.height()
        && b.top() < a.top() + a.height();
  }

  List<Actor> actors() {
    return actors;
  }

  /** How many things of a category there are. */
  long objects() {
    return actors.stream().filter(actor -> actor.thing.model().category() != null).count();
  }

  void remove(Set<Actor> leaving) {
    actors.removeAll(leaving);
  }

  /** Row by row, the id of the labelled kind of thing that one sees at a pixel, or 0. */
  int[] ids() {
    int[] ids = new int[width * height];
    for (Actor actor : actors) {
      actor.silhouette.stamp(
          ids, width, actor.thing.model().category() == null ? 0 : actor.thing.id());
    }
    return ids;
  }

  Mask mask(int[] ids, Actor actor) {
    Silhouette s = actor.silhouette;
    return Mask.of(ids, width, actor.thing.id(), s.left(), s.left() + s.width());
  }

  Visible visible(int[] ids, Actor actor) {
    Silhouette s = actor.silhouette;
    int area = 0;
    int left = Integer.MAX_VALUE;
    int right = -1;
    int top = Integer.MAX_VALUE;
    int bottom = -1;
    for (int y = s.top(); y < s.top() + s.height(); y++) {
      for (int x = s.left(); x < s.left() + s.width(); x++) {
        if (ids[y * width + x] == actor.thing.id()) {
          area++;
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = y;
        }
      }
    }
    return area == 0 ? new Visible(0, 0, 0) : new Visible(area, right - left + 1, bottom - top + 1);
  }
}
