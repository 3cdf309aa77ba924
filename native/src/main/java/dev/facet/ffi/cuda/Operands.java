package dev.facet.ffi.cuda;

import dev.facet.nn.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tensors of one call, in the device's memory until it is queued: those in Java's heap are copied there. */
final class Operands implements AutoCloseable {
  private final CudaDevice device;
  private final List<DeviceArray> borrowed = new ArrayList<>();

  Operands(CudaDevice device) {
    this.device = device;
  }

  /** Where a tensor's elements are; NULL for none. */
  MemorySegment at(@Nullable Tensor x) {
    if (x == null) {
      return MemorySegment.NULL;
    }
    if (x.storage() instanceof DeviceArray array && array.isOn(device)) {
      MemorySegment there = array.borrow();
      if (there != null) {
        borrowed.add(array);
        return there;
      }
    }
    DeviceArray copy = new DeviceArray(device, x.data().length);
    MemorySegment to = result(copy);
    copy.release(); // as soon as it is given back
    device.upload(x.data(), to);
    return to;
  }

  /** Where a result goes. */
  MemorySegment result(DeviceArray array) {
    MemorySegment there = array.borrow();
    if (there == null) {
      throw new IllegalStateException("a result is read before it is computed");
    }
    borrowed.add(array);
    return there;
  }

  @Override
  public void close() {
    borrowed.forEach(DeviceArray::giveBack);
  }
}
