package dev.facet.codec;

import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.PictureSize;
import dev.facet.nn.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The feature maps of one image at several scales, finest first: what a backbone with FPN gives and a task
 * head takes. Each level is a float32 {@link Tensor} of shape (H, W, C). By default the levels are named p2,
 * p3, p4, p5, ...
 *
 * <p>Immutable, provided that nobody writes to the tensors' arrays, which are not copied.
 */
public final class FeaturePyramid {
  /** Number of the first level's name: p2 has a quarter of the image's resolution. */
  static final int FIRST_LEVEL = 2;

  private final List<String> names;
  private final List<Tensor> levels;
  private final Optional<PictureSize> picture;

  private FeaturePyramid(List<String> names, List<Tensor> levels, Optional<PictureSize> picture) {
    this.names = List.copyOf(names);
    this.levels = List.copyOf(levels);
    this.picture = picture;
  }

  /**
   * Levels named p2, p3, ...
   *
   * @param levels at least one, none empty
   */
  public static FeaturePyramid of(List<Tensor> levels) {
    return of(defaultNames(levels.size()), levels);
  }

  /** Levels named p2, p3, ... */
  public static FeaturePyramid of(Tensor... levels) {
    return of(List.of(levels));
  }

  /**
   * Levels with names.
   *
   * @throws IllegalArgumentException if there is no level, a level is empty, or the names are not as many
   *     and different
   */
  public static FeaturePyramid of(List<String> names, List<Tensor> levels) {
    if (levels.isEmpty()) {
      throw new IllegalArgumentException("a pyramid has at least one level");
    }
    if (names.size() != levels.size() || new HashSet<>(names).size() != names.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%d levels need as many different names, got %s", levels.size(), names));
    }
    for (int i = 0; i < levels.size(); i++) {
      if (levels.get(i).data().length == 0) {
        throw new IllegalArgumentException(names.get(i) + " is empty: " + levels.get(i));
      }
    }
    return new FeaturePyramid(names, levels, Optional.empty());
  }

  /**
   * The same with the size of the picture that it was computed from: streams carry it, and task heads
   * need it to bring what they find back to the picture.
   */
  public FeaturePyramid withPicture(PictureSize size) {
    return new FeaturePyramid(names, levels, Optional.of(size));
  }

  /** Size of the picture that the features were computed from, if it is known. */
  public Optional<PictureSize> picture() {
    return picture;
  }

  /** Starts a pyramid from raw arrays, finest level first. */
  public static Builder builder(Layout layout) {
    return new Builder(layout);
  }

  /** p2, p3, ... */
  static List<String> defaultNames(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("p" + (FIRST_LEVEL + i));
    }
    return names;
  }

  /** Number of levels. */
  public int size() {
    return levels.size();
  }

  /** Level {@code index}, 0 for the finest; shape (H, W, C). */
  public Tensor level(int index) {
    return levels.get(index);
  }

  /** All levels, finest first; shapes (H, W, C). */
  public List<Tensor> levels() {
    return levels;
  }

  /** Name of level {@code index}. */
  public String name(int index) {
    return names.get(index);
  }

  /** Names of the levels, finest first. */
  public List<String> names() {
    return names;
  }

  /** Height and width of each level, finest first. */
  public List<LevelShape> shapes() {
    return levels.stream().map(t -> new LevelShape(t.height(), t.width())).toList();
  }

  /** Size of all levels as float32, in bytes: what the ratio of a compressed stream refers to. */
  public long float32Bytes() {
    return levels.stream().mapToLong(t -> 4L * t.data().length).sum();
  }

  /**
   * This, if every element is finite.
   *
   * @throws FeatureException naming the first element that is NaN or infinite
   */
  public FeaturePyramid requireFinite() throws FeatureException {
    for (int i = 0; i < levels.size(); i++) {
      Tensor level = levels.get(i);
      float[] data = level.data();
      for (int k = 0; k < data.length; k++) {
        if (!Float.isFinite(data[k])) {
          int pixel = k / level.channels();
          throw new FeatureException(
              String.format(
                  Locale.ROOT,
                  "%s is %s at row %d, column %d, channel %d: features must be finite",
                  names.get(i),
                  data[k],
                  pixel / level.width(),
                  pixel % level.width(),
                  k % level.channels()));
        }
      }
    }
    return this;
  }

  /**
   * The error of {@code decoded} against this, level by level.
   *
   * @throws IllegalArgumentException if the pyramids differ in the number or the shapes of their levels
   */
  public List<LevelError> compare(FeaturePyramid decoded) {
    if (decoded.size() != size()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%d levels against %d", size(), decoded.size()));
    }
    List<LevelError> errors = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      if (!level(i).sameShape(decoded.level(i))) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "%s: %s against %s", name(i), level(i), decoded.level(i)));
      }
      errors.add(LevelError.of(name(i), level(i), decoded.level(i)));
    }
    return errors;
  }

  /** True if names, shapes and all element bits agree. */
  public boolean sameBits(FeaturePyramid other) {
    if (!names.equals(other.names)) {
      return false;
    }
    for (int i = 0; i < size(); i++) {
      if (!level(i).sameBits(other.level(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("FeaturePyramid(");
    for (int i = 0; i < size(); i++) {
      Tensor t = levels.get(i);
      text.append(i == 0 ? "" : ", ")
          .append(
              String.format(
                  Locale.ROOT, "%s %dx%dx%d", names.get(i), t.height(), t.width(), t.channels()));
    }
    return text.append(')').toString();
  }

  /**
   * Collects levels from raw float32 data, finest first. Every source holds exactly H x W x C elements (batch
   * size 1) in the builder's layout, and is copied.
   */
  public static final class Builder {
    private final Layout layout;
    private final List<String> names = new ArrayList<>();
    private final List<Tensor> levels = new ArrayList<>();

    private Builder(Layout layout) {
      this.layout = layout;
    }

    /**
     * Adds a level.
     *
     * @throws IllegalArgumentException if the data does not have exactly the elements of the shape
     */
    public Builder add(int height, int width, int channels, float[] data) {
      names.add("p" + (FIRST_LEVEL + levels.size()));
      levels.add(
          switch (layout) {
            case NCHW -> Tensor.fromChw(channels, height, width, data);
            case NHWC -> Tensor.of(height, width, channels, data.clone());
          });
      return this;
    }

    /**
     * Adds a level from the remaining elements of a buffer, whose position stays as it is.
     *
     * @throws IllegalArgumentException if the data does not have exactly the elements of the shape
     */
    public Builder add(int height, int width, int channels, FloatBuffer data) {
      requireElements(height, width, channels, data.remaining());
      float[] copy = new float[data.remaining()];
      data.get(data.position(), copy);
      return add(height, width, channels, copy);
    }

    /**
     * Adds a level from memory in the machine's byte order.
     *
     * @throws IllegalArgumentException if the segment does not have exactly the elements of the shape
     */
    public Builder add(int height, int width, int channels, MemorySegment data) {
      if (data.byteSize() % Float.BYTES != 0) {
        throw new IllegalArgumentException(data.byteSize() + " bytes are not whole float32 values");
      }
      requireElements(height, width, channels, data.byteSize() / Float.BYTES);
      return add(height, width, channels, data.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
    }

    /** Names the level added last; without this it is p2, p3, ... */
    public Builder named(String name) {
      names.set(names.size() - 1, name);
      return this;
    }

    /** The pyramid of the levels added so far. */
    public FeaturePyramid build() {
      return of(names, levels);
    }

    private static void requireElements(int height, int width, int channels, long elements) {
      if (height < 0
          || width < 0
          || channels < 0
          || Math.multiplyHigh((long) height * width, channels) != 0
          || (long) height * width * channels != elements) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%d x %d x %d do not make %d elements",
                height,
                width,
                channels,
                elements));
      }
    }
  }
}
