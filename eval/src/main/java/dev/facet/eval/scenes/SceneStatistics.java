package dev.facet.eval.scenes;

import java.util.List;
import java.util.stream.IntStream;

/** What a set of scenes holds. */
public final class SceneStatistics {
  /** Box sizes that are told apart: longer sides of less than so many pixels, and the rest. */
  public static final List<Integer> SIZES = List.of(16, 32, 64, 128);

  private final int[][] objects = new int[SceneCategory.values().length][SIZES.size() + 1];
  private final int[] daylight = new int[Daylight.values().length];
  private final int[] weather = new int[Weather.values().length];

  SceneStatistics() {}

  void add(List<SceneObject> scene, Daylight when, Weather sky) {
    for (SceneObject object : scene) {
      int side = Math.max(object.mask().width(), object.mask().height());
      int size = (int) SIZES.stream().filter(limit -> side >= limit).count();
      objects[object.category().ordinal()][size]++;
    }
    daylight[when.ordinal()]++;
    weather[sky.ordinal()]++;
  }

  /** Pictures. */
  public int scenes() {
    return IntStream.of(daylight).sum();
  }

  /** Pictures of that time of the day. */
  public int scenes(Daylight when) {
    return daylight[when.ordinal()];
  }

  /** Pictures of that weather. */
  public int scenes(Weather sky) {
    return weather[sky.ordinal()];
  }

  /** Objects of all categories. */
  public int objects() {
    return IntStream.range(0, objects.length).map(i -> IntStream.of(objects[i]).sum()).sum();
  }

  /** Objects of a category, by size: one number more than {@link #SIZES}. */
  public int[] objects(SceneCategory category) {
    return objects[category.ordinal()].clone();
  }
}
