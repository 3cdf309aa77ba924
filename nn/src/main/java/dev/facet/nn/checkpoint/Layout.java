package dev.facet.nn.checkpoint;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where the elements of a tensor lie in its storage; all counts are in elements. */
record Layout(int[] shape, long[] strides, long offset, int elements) {

  /** Row-major without gaps from the start of the storage; the shape must have been checked. */
  static Layout contiguous(int[] shape) {
    return new Layout(shape.clone(), rowMajor(shape), 0, (int) count(shape));
  }

  /** Column-major ("Fortran order") without gaps; the shape must have been checked. */
  static Layout columnMajor(int[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int d = 0; d < shape.length; d++) {
      strides[d] = stride;
      stride *= Math.max(shape[d], 1);
    }
    return new Layout(shape.clone(), strides, 0, (int) count(shape));
  }

  /**
   * Why a view of a storage is not valid, or null if it is.
   *
   * @param stored elements in the storage
   */
  static @Nullable String fault(int[] shape, long[] strides, long offset, long stored) {
    if (shape.length != strides.length) {
      return shape.length + " sizes, but " + strides.length + " strides";
    }
    if (count(shape) < 0) {
      return "the shape " + Arrays.toString(shape) + " is not valid or too large";
    }
    if (offset < 0) {
      return "negative offset " + offset;
    }
    boolean empty = count(shape) == 0;
    long last = offset;
    for (int d = 0; d < shape.length; d++) {
      if (strides[d] < 0) {
        return "negative stride " + strides[d];
      }
      if (shape[d] > 1 && !empty) {
        // Neither product nor sum can overflow: last < 2^31 and the product is below 2^62.
        if (strides[d] > stored) {
          return "stride " + strides[d] + " leaves the storage of " + stored + " elements";
        }
        last += (shape[d] - 1L) * strides[d];
        if (last >= stored) {
          return "the last element lies beyond the storage of " + stored + " elements";
        }
      }
    }
    if (!empty && last >= stored) {
      return "the last element lies beyond the storage of " + stored + " elements";
    }
    return null;
  }

  /** Number of elements, or -1 if a size is negative or there are more than an array can hold. */
  static long count(int[] shape) {
    long count = 1;
    boolean empty = false;
    for (int size : shape) {
      if (size < 0) {
        return -1;
      }
      empty |= size == 0;
      if (size > 0) {
        count *= size;
        if (count > ByteSource.MAX_ARRAY) {
          return -1;
        }
      }
    }
    return empty ? 0 : count;
  }

  boolean isContiguous() {
    long expected = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      if (shape[d] != 1 && strides[d] != expected) {
        return elements == 0;
      }
      expected *= shape[d];
    }
    return true;
  }

  private static long[] rowMajor(int[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= Math.max(shape[d], 1);
    }
    return strides;
  }
}
