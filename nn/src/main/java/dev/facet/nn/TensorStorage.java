package dev.facet.nn;

/** Where the elements of a tensor are while they are not in Java's heap: the memory of a device. Thread-safe. */
public interface TensorStorage {
  /**
   * The elements in Java's heap, always the same array: from the first call on it is what counts, and what the device has is
   * not used any more, since who has the array may write to it.
   */
  float[] fetch();

  /** Gives the memory back; called once at most, by the last user. */
  void release();
}
