package dev.facet.codec.stream;

import java.util.ArrayList;
import java.util.List;

/**
 * Height and width of one level of a pyramid, in feature positions.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record LevelShape(int height, int width) {
  /** Checks the ranges. */
  public LevelShape {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a level has at least 1 x 1 positions: " + height + " x " + width);
    }
  }

  /** Positions: height times width. */
  public long pixels() {
    return (long) height * width;
  }

  /** Half the size, rounded up: what a stride of 2 leaves. */
  public LevelShape half() {
    return new LevelShape((int) ((height + 1L) / 2), (int) ((width + 1L) / 2));
  }

  /** {@code count} levels of which each is half of the one before. */
  public static List<LevelShape> halves(LevelShape first, int count) {
    List<LevelShape> shapes = new ArrayList<>();
    LevelShape shape = first;
    for (int i = 0; i < count; i++) {
      shapes.add(shape);
      shape = shape.half();
    }
    return List.copyOf(shapes);
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
