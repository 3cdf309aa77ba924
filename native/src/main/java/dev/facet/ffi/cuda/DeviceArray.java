package dev.facet.ffi.cuda;

import dev.facet.nn.TensorStorage;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a tensor in a device's memory, until somebody wants them in Java's heap. Its memory goes back to the device when nobody
 * needs it: released, copied to the heap, or unreachable.
 */
final class DeviceArray implements TensorStorage {
  private final CudaDevice device;
  private final int length;
  private final Memory memory;
  private final Cleaner.Cleanable giving;
  private float @Nullable [] heap;
  private boolean released;

  /** Calls that are being queued with this memory. */
  private int users;

  /** Apart from the array, so that the cleaner does not keep it alive. */
  private record Memory(CudaDevice device, MemorySegment pointer, int length) implements Runnable {
    @Override
    public void run() {
      device.give(pointer, length);
    }
  }

  /** Elements that hold anything. */
  DeviceArray(CudaDevice device, int length) {
    this.device = device;
    this.length = length;
    this.memory = new Memory(device, device.take(length), length);
    this.giving = CudaDevice.CLEANER.register(this, memory);
  }

  boolean isOn(CudaDevice other) {
    return device == other;
  }

  /** The memory, to be followed by {@link #giveBack}; null if the elements are in the heap. */
  synchronized @Nullable MemorySegment borrow() {
    if (released) {
      throw new IllegalStateException("a closed tensor is used");
    }
    if (heap != null) {
      return null;
    }
    users++;
    return memory.pointer();
  }

  /** After the call is queued: the device runs in order, so that the memory may go to the next. */
  synchronized void giveBack() {
    users--;
    giveIfUnused();
  }

  @Override
  public synchronized float[] fetch() {
    float[] known = heap;
    if (known == null) {
      if (released) {
        throw new IllegalStateException("a closed tensor is read");
      }
      known = device.download(memory.pointer(), length);
      heap = known;
      giveIfUnused();
    }
    return known;
  }

  @Override
  public synchronized void release() {
    released = true;
    giveIfUnused();
  }

  private void giveIfUnused() {
    if (users == 0 && (released || heap != null)) {
      giving.clean(); // once at most
    }
  }
}
