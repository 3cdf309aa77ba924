package dev.facet.simd;

import dev.facet.nn.WinogradFilters;

/**
 * One thread's working arrays, grown to what the largest operation needs and used by all of them in turn: allocating them
 * for each call would cost more than the transforms of a small convolution.
 */
final class Scratch {
  private final WinogradFilters filters = new WinogradFilters();
  private float[] rows = {};
  private float[] sums = {};
  private float[] half = {};
  private float[] border = {};
  private float[] outputs = {};

  /** The transform of Winograd filters. */
  WinogradFilters filters() {
    return filters;
  }

  /** Packed inputs of {@link Tiles#multiply}. */
  float[] rows(int size) {
    rows = grown(rows, size);
    return rows;
  }

  /** Sums of {@link Tiles#multiply}. */
  float[] sums(int size) {
    sums = grown(sums, size);
    return sums;
  }

  /** Half-transformed Winograd tiles. */
  float[] half(int size) {
    half = grown(half, size);
    return half;
  }

  /** A Winograd tile at the border of the map, gathered with its zeros. */
  float[] border(int size) {
    border = grown(border, size);
    return border;
  }

  /** Outputs of a Winograd tile. */
  float[] outputs(int size) {
    outputs = grown(outputs, size);
    return outputs;
  }

  private static float[] grown(float[] array, int size) {
    return array.length < size ? new float[size] : array;
  }
}
