package dev.facet.nn;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A float32 feature map of shape (H, W, C): height, width and channels, channels last and contiguous, with no padding
 * between elements. Element (y, x, c) lies at {@code (y * width + x) * channels + c} of {@link #data()}.
 *
 * <p>Files hold channels first (C, H, W); {@link #fromChw} and {@link #toChw} convert at that border and nowhere else.
 */
public final class Tensor implements AutoCloseable {
  private final int height;
  private final int width;
  private final int channels;

  /** Null once closed, and while the elements are elsewhere. */
  private float @Nullable [] data;

  /** Where the elements are instead; null if in Java's heap, or once closed. */
  private @Nullable TensorStorage storage;

  /** Where the memory goes when closed; null if to the collector. */
  private final @Nullable TensorPool pool;

  Tensor(int height, int width, int channels, float[] data, @Nullable TensorPool pool) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.data = data;
    this.pool = pool;
  }

  private Tensor(int height, int width, int channels, TensorStorage storage) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.storage = storage;
    this.pool = null;
  }

  /** A tensor of shape (height, width, channels) whose elements are not in Java's heap. */
  public static Tensor of(int height, int width, int channels, TensorStorage storage) {
    return new Tensor(height, width, channels, storage);
  }

  /** A tensor of zeros of shape (height, width, channels). */
  public static Tensor zeros(int height, int width, int channels) {
    return of(height, width, channels, new float[elements(height, width, channels)]);
  }

  /**
   * A tensor over {@code data} itself, which is not copied.
   *
   * @throws IllegalArgumentException if the array does not hold exactly height * width * channels elements
   */
  public static Tensor of(int height, int width, int channels, float[] data) {
    if (data.length != elements(height, width, channels)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d x %d x %d needs %d elements, got %d",
              height,
              width,
              channels,
              elements(height, width, channels),
              data.length));
    }
    return new Tensor(height, width, channels, data, null);
  }

  /** A tensor of shape (height, width, channels) from channels-first (C, H, W) data, which is copied. */
  public static Tensor fromChw(int channels, int height, int width, float[] chw) {
    float[] data = new float[elements(height, width, channels)];
    if (chw.length != data.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d x %d x %d needs %d elements, got %d",
              channels,
              height,
              width,
              data.length,
              chw.length));
    }
    int plane = height * width;
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < plane; i++) {
        data[i * channels + c] = chw[c * plane + i];
      }
    }
    return of(height, width, channels, data);
  }

  /** The elements in channels-first order (C, H, W), copied. */
  public float[] toChw() {
    float[] from = data();
    float[] chw = new float[from.length];
    int plane = height * width;
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < plane; i++) {
        chw[c * plane + i] = from[i * channels + c];
      }
    }
    return chw;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  public int channels() {
    return channels;
  }

  /**
   * The elements themselves, not a copy: writing to them changes this tensor. Elements that were elsewhere are in Java's heap from the
   * first call on.
   *
   * @throws IllegalStateException if this tensor is closed
   */
  public float[] data() {
    float[] open = data;
    return open != null ? open : fetched();
  }

  private float[] fetched() {
    TensorStorage from = storage;
    if (from == null) {
      throw new IllegalStateException(this + " is closed");
    }
    return from.fetch();
  }

  /** Where the elements are, if not in Java's heap: for the backend that made this tensor. */
  public @Nullable TensorStorage storage() {
    return storage;
  }

  /**
   * Gives the memory back to the {@link Backend} that made this tensor, for the next one of its size. Nobody has to: what is not closed
   * is garbage some day. Whoever closes a tensor must be its only user.
   */
  @Override
  public void close() {
    float[] open = data;
    if (pool != null && open != null) {
      data = null;
      pool.give(open);
    }
    TensorStorage elsewhere = storage;
    if (elsewhere != null) {
      storage = null;
      elsewhere.release();
    }
  }

  public float get(int y, int x, int c) {
    return data()[(y * width + x) * channels + c];
  }

  public boolean sameShape(Tensor other) {
    return height == other.height && width == other.width && channels == other.channels;
  }

  /** True if every element is neither NaN nor infinite. */
  public boolean isFinite() {
    for (float v : data()) {
      if (!Float.isFinite(v)) {
        return false;
      }
    }
    return true;
  }

  /** True if shapes and all element bits agree; tells -0 from +0 and NaN payloads apart. */
  public boolean sameBits(Tensor other) {
    if (!sameShape(other)) {
      return false;
    }
    float[] a = data();
    float[] b = other.data();
    for (int i = 0; i < a.length; i++) {
      if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
        return false;
      }
    }
    return true;
  }

  public Tensor copy() {
    return of(height, width, channels, data().clone());
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "Tensor(%d, %d, %d)", height, width, channels);
  }

  static int elements(int height, int width, int channels) {
    if (height < 0 || width < 0 || channels < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "negative shape %d x %d x %d", height, width, channels));
    }
    return Math.multiplyExact(Math.multiplyExact(height, width), channels);
  }
}
