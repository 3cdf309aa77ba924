package dev.facet.codec.anchor;

import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.video.VideoFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where the channels of a pyramid lie in one picture, as in MPEG's feature anchors: each level's channels are tiles in row-major order,
 * and the levels lie below each other, finest first. The picture is as wide as the widest level's own grid, which has a x b tiles for
 * C = a b channels with a the largest divisor up to the root of C, the fewer along the shorter side; other levels fill this width with as
 * many tiles as fit into it. To the right of a row of tiles its last column is repeated.
 */
final class FramePacking {
  private final List<LevelShape> shapes;
  private final int[] channels;
  private final int[] columns;
  private final int[] tops;
  private final int width;
  private final int height;

  private FramePacking(
      List<LevelShape> shapes, int[] channels, int[] columns, int[] tops, int width, int height) {
    this.shapes = shapes;
    this.channels = channels;
    this.columns = columns;
    this.tops = tops;
    this.width = width;
    this.height = height;
  }

  /**
   * The packing of levels of such shapes.
   *
   * @param channels of each level, at least 1
   * @return empty if a side of the picture would be longer than {@link VideoFormat#MAX_SIDE}
   */
  static Optional<FramePacking> of(List<LevelShape> shapes, int[] channels) {
    long width = 0;
    for (int i = 0; i < channels.length; i++) {
      width =
          Math.max(width, (long) ownColumns(shapes.get(i), channels[i]) * shapes.get(i).width());
    }
    if (width > VideoFormat.MAX_SIDE) {
      return Optional.empty();
    }
    int[] columns = new int[channels.length];
    int[] tops = new int[channels.length];
    long top = 0;
    for (int i = 0; i < channels.length; i++) {
      columns[i] = (int) Math.min(channels[i], width / shapes.get(i).width());
      tops[i] = (int) top;
      top += (long) Math.ceilDiv(channels[i], columns[i]) * shapes.get(i).height();
      if (top > VideoFormat.MAX_SIDE) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new FramePacking(shapes, channels.clone(), columns, tops, (int) width, (int) top));
  }

  private static int ownColumns(LevelShape shape, int channels) {
    int a = (int) Math.sqrt(channels);
    while (channels % a != 0) {
      a--;
    }
    return shape.height() <= shape.width() ? a : channels / a;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  long samples() {
    return (long) width * height;
  }

  /** Gives the sample of a channel at a position. */
  interface Source {
    short sample(int level, int index);
  }

  /** Takes the sample of a channel at a position. */
  interface Sink {
    void sample(int level, int index, short sample);
  }

  /**
   * The picture's plane, row-major.
   *
   * @param source asked for each element of each level by its index in (H, W, C) order
   */
  short[] pack(Source source) {
    short[] plane = new short[width * height];
    for (int i = 0; i < channels.length; i++) {
      int level = i;
      walk(level, (at, index) -> plane[at] = source.sample(level, index));
      repeatRight(plane, level);
    }
    return plane;
  }

  /** The other way. */
  void unpack(short[] plane, Sink sink) {
    for (int i = 0; i < channels.length; i++) {
      int level = i;
      walk(level, (at, index) -> sink.sample(level, index, plane[at]));
    }
  }

  /** A place in the plane, and the index of the element there. */
  private interface Place {
    void visit(int at, int index);
  }

  private void walk(int level, Place place) {
    int h = shapes.get(level).height();
    int w = shapes.get(level).width();
    int c = channels[level];
    for (int channel = 0; channel < c; channel++) {
      int x0 = channel % columns[level] * w;
      int y0 = tops[level] + channel / columns[level] * h;
      for (int y = 0; y < h; y++) {
        int at = (y0 + y) * width + x0;
        int index = y * w * c + channel;
        for (int x = 0; x < w; x++) {
          place.visit(at + x, index + x * c);
        }
      }
    }
  }

  /** What no tile covers costs least where it goes on as it is. */
  private void repeatRight(short[] plane, int level) {
    int h = shapes.get(level).height();
    int w = shapes.get(level).width();
    int rows = Math.ceilDiv(channels[level], columns[level]);
    for (int row = 0; row < rows; row++) {
      int tiles = Math.min(columns[level], channels[level] - row * columns[level]);
      for (int y = 0; y < h; y++) {
        int start = (tops[level] + row * h + y) * width;
        Arrays.fill(plane, start + tiles * w, start + width, plane[start + tiles * w - 1]);
      }
    }
  }
}
