package dev.facet.nn;

import java.util.Arrays;
import java.util.Locale;

/**
 * A float32 feature map of shape (H, W, C): height, width and channels, channels last and contiguous, with no padding
 * between elements. Element (y, x, c) lies at {@code (y * width + x) * channels + c} of {@link #data()}.
 *
 * <p>Files hold channels first (C, H, W); {@link #fromChw} and {@link #toChw} convert at that border and nowhere else.
 */
public final class Tensor {
  private final int height;
  private final int width;
  private final int channels;
  private final float[] data;

  private Tensor(int height, int width, int channels, float[] data) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.data = data;
  }

  /** A tensor of zeros of shape (height, width, channels). */
  public static Tensor zeros(int height, int width, int channels) {
    return new Tensor(height, width, channels, new float[elements(height, width, channels)]);
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
    return new Tensor(height, width, channels, data);
  }

  /** A tensor of shape (height, width, channels) from channels-first (C, H, W) data, which is copied. */
  public static Tensor fromChw(int channels, int height, int width, float[] chw) {
    Tensor result = zeros(height, width, channels);
    if (chw.length != result.data.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d x %d x %d needs %d elements, got %d",
              channels,
              height,
              width,
              result.data.length,
              chw.length));
    }
    int plane = height * width;
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < plane; i++) {
        result.data[i * channels + c] = chw[c * plane + i];
      }
    }
    return result;
  }

  /** The elements in channels-first order (C, H, W), copied. */
  public float[] toChw() {
    float[] chw = new float[data.length];
    int plane = height * width;
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < plane; i++) {
        chw[c * plane + i] = data[i * channels + c];
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

  /** The elements themselves, not a copy: writing to them changes this tensor. */
  public float[] data() {
    return data;
  }

  public float get(int y, int x, int c) {
    return data[(y * width + x) * channels + c];
  }

  public boolean sameShape(Tensor other) {
    return height == other.height && width == other.width && channels == other.channels;
  }

  /** True if every element is neither NaN nor infinite. */
  public boolean isFinite() {
    for (float v : data) {
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
    for (int i = 0; i < data.length; i++) {
      if (Float.floatToRawIntBits(data[i]) != Float.floatToRawIntBits(other.data[i])) {
        return false;
      }
    }
    return true;
  }

  public Tensor copy() {
    return new Tensor(height, width, channels, Arrays.copyOf(data, data.length));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "Tensor(%d, %d, %d)", height, width, channels);
  }

  private static int elements(int height, int width, int channels) {
    if (height < 0 || width < 0 || channels < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "negative shape %d x %d x %d", height, width, channels));
    }
    return Math.multiplyExact(Math.multiplyExact(height, width), channels);
  }
}
