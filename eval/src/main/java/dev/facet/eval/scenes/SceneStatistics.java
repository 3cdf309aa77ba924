package dev.facet.eval.scenes;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What a set of scenes holds. */
public final class SceneStatistics {
  /** Box sizes that are told apart: longer sides of less than so many pixels, and the rest. */
  public static final List<Integer> SIZES = List.of(16, 32, 64, 128);

  private final Map<SceneCategory, int[]> objects = new EnumMap<>(SceneCategory.class);
  private final Map<Daylight, Integer> daylight = new EnumMap<>(Daylight.class);
  private final Map<Weather, Integer> weather = new EnumMap<>(Weather.class);

  SceneStatistics() {}

  void add(List<SceneObject> scene, Daylight when, Weather sky) {
    for (SceneObject object : scene) {
      int side = Math.max(object.mask().width(), object.mask().height());
      int size = (int) SIZES.stream().filter(limit -> side >= limit).count();
      objects.computeIfAbsent(object.category(), category -> new int[SIZES.size() + 1])[size]++;
    }
    daylight.merge(when, 1, Integer::sum);
    weather.merge(sky, 1, Integer::sum);
  }

  /** Pictures. */
  public int scenes() {
    return daylight.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Pictures of that time of the day. */
  public int scenes(Daylight when) {
    return daylight.getOrDefault(when, 0);
  }

  /** Pictures of that weather. */
  public int scenes(Weather sky) {
    return weather.getOrDefault(sky, 0);
  }

  /** Objects of all categories. */
  public int objects() {
    return objects.values().stream().mapToInt(sizes -> IntStream.of(sizes).sum()).sum();
  }

  /** Objects of a category, by size: one number more than {@link #SIZES}. */
  public int[] objects(SceneCategory category) {
    return objects.getOrDefault(category, new int[SIZES.size() + 1]).clone();
  }
}
