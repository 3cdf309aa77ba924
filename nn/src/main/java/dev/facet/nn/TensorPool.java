package dev.facet.nn;

import java.lang.ref.SoftReference;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Memory of closed tensors, kept for tensors of the same size to come: a network that closes its intermediate results runs in the
 * memory of its first call, which nobody has to zero or collect again. Reachable softly, so that the collector takes what memory
 * runs short of; what is never closed, such as a result that leaves the library, is collected as anything else. Thread-safe.
 */
public final class TensorPool {
  /** Elements from which on an array is worth keeping: smaller ones cost the collector next to nothing. From 4 KiB on, a new array is cold memory to be zeroed. */
  private static final int WORTH_KEEPING = 1 << 10;

  /** Free arrays by length. */
  private final Map<Integer, Deque<SoftReference<float[]>>> free = new ConcurrentHashMap<>();

  /** An empty pool. */
  public TensorPool() {}

  /** A tensor of shape (height, width, channels) that holds anything: its user overwrites every element. */
  public Tensor take(int height, int width, int channels) {
    int length = Tensor.elements(height, width, channels);
    Deque<SoftReference<float[]>> same = free.get(length);
    while (same != null) {
      SoftReference<float[]> reference = same.pollLast(); // the one most likely in cache
      if (reference == null) {
        break;
      }
      float[] data = reference.get();
      if (data != null) {
        return new Tensor(height, width, channels, data, this);
      }
    }
    return new Tensor(height, width, channels, new float[length], this);
  }

  void give(float[] data) {
    if (data.length >= WORTH_KEEPING) {
      free.computeIfAbsent(data.length, length -> new ConcurrentLinkedDeque<>())
          .addLast(new SoftReference<>(data));
    }
  }
}
