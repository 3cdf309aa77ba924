package dev.facet.codec.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Shapes as docs/stream.md writes them: height and width of the first level; after that, levels that are not
 * the ceil half of the one before them.
 */
final class Shapes {
  private Shapes() {}

  /** Whether each level is half of the one before. */
  static boolean areHalves(List<LevelShape> shapes) {
    return shapes.equals(LevelShape.halves(shapes.getFirst(), shapes.size()));
  }

  static void write(
      ByteArrayOutputStream out, CodecId codec, List<LevelShape> shapes, boolean explicit) {
    if (codec.levels() == CodecId.ANY_LEVELS) {
      Varint.write(out, shapes.size());
    }
    write(out, shapes.getFirst());
    if (!explicit) {
      return;
    }
    int mask = 0;
    for (int i = 1; i < shapes.size(); i++) {
      if (!shapes.get(i).equals(shapes.get(i - 1).half())) {
        mask |= 1 << (i - 1);
      }
    }
    Varint.write(out, mask);
    for (int i = 1; i < shapes.size(); i++) {
      if (isOwn(mask, i)) {
        write(out, shapes.get(i));
      }
    }
  }

  private static void write(ByteArrayOutputStream out, LevelShape shape) {
    Varint.write(out, shape.height());
    Varint.write(out, shape.width());
  }

  static List<LevelShape> read(StreamInput in, CodecId codec, boolean explicit, StreamLimits limits)
      throws IOException {
    long at = in.offset();
    boolean any = codec.levels() == CodecId.ANY_LEVELS;
    int levels = any ? in.varint("level count") : codec.levels();
    if (!codec.takes(levels)) {
      throw new StreamException.Corrupt(
          at, "level count", levels + " is not in 1.." + StreamFrame.MAX_LEVELS);
    }
    List<LevelShape> shapes = new ArrayList<>();
    shapes.add(read(in, 0, limits.maxPixels(codec)));
    at = in.offset();
    int mask = explicit ? in.varint("level mask") : 0;
    if (mask >>> (levels - 1) != 0 || (explicit && mask == 0)) {
      throw new StreamException.Corrupt(
          at, "level mask", "names levels that are not there, or none");
    }
    for (int i = 1; i < levels; i++) {
      LevelShape half = shapes.get(i - 1).half();
      long start = in.offset();
      LevelShape shape = isOwn(mask, i) ? read(in, i, limits.maxPixels(codec)) : half;
      if (shape.equals(half) && isOwn(mask, i)) {
        throw new StreamException.Corrupt(start, "level size", "written though it is a ceil half");
      }
      shapes.add(shape);
    }
    return shapes;
  }

  /** Whether the mask says that level i is written out. */
  private static boolean isOwn(int mask, int i) {
    return (mask & (1 << (i - 1))) != 0;
  }

  private static LevelShape read(StreamInput in, int level, long maxPixels) throws IOException {
    long start = in.offset();
    String field = "size of level " + level;
    int height = in.varint(field);
    int width = in.varint(field);
    if (height == 0 || width == 0) {
      throw new StreamException.Corrupt(start, field, height + "x" + width + " is empty");
    }
    LevelShape shape = new LevelShape(height, width);
    if (shape.pixels() > maxPixels) {
      throw new StreamException.LimitExceeded(
          start,
          field,
          String.format(Locale.ROOT, "%s positions, the limit is %d", shape, maxPixels));
    }
    return shape;
  }
}
