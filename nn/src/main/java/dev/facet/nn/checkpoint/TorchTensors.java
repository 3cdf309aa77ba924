package dev.facet.nn.checkpoint;

import dev.facet.nn.checkpoint.Pickled.Storage;
import dev.facet.nn.checkpoint.Pickled.Tensor;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts unpickled tensors and the bytes of their storages together. */
final class TorchTensors {
  // Views may show an element many times (tied weights, expand()). A file must not be able to ask
  // for more memory than about twice its own size.
  private static final long SHARED_FREE = 1L << 22;

  /** The bytes of a storage. */
  interface Storages {
    byte[] bytes(Storage storage) throws CheckpointException;
  }

  private TorchTensors() {}

  /** The type and size of a storage that a supported tensor can view. */
  static DType dtype(String source, String name, Tensor tensor) throws CheckpointException {
    DType dtype = tensor.dtype();
    if (dtype == null) {
      throw new CheckpointException(
          source,
          -1,
          "tensor " + name + " lies in a " + tensor.storage().type() + ", which is not supported");
    }
    return dtype;
  }

  /** Bytes that a storage must have; null if that is beyond all bounds. */
  static @Nullable Long byteSize(Storage storage) {
    int size = storage.untyped() || storage.dtype() == null ? 1 : storage.dtype().bytes();
    return storage.elements() > Long.MAX_VALUE / size ? null : storage.elements() * size;
  }

  static Checkpoint assemble(
      String source, Map<String, Tensor> tensors, Storages storages, ByteOrder order, Limits limits)
      throws CheckpointException {
    checkAmounts(source, tensors, limits);
    List<CheckpointTensor> list = new ArrayList<>(tensors.size());
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      String name = entry.getKey();
      Tensor tensor = entry.getValue();
      DType dtype = dtype(source, name, tensor);
      Storage storage = tensor.storage();
      int unit = storage.untyped() ? 1 : dtype.bytes();
      // Both are at most the size of the storage, which byteSize() has proved to fit.
      long skipped = storage.viewOffset() * unit / dtype.bytes();
      long visible = storage.viewElements() * unit / dtype.bytes();
      String fault = Layout.fault(tensor.shape(), tensor.strides(), tensor.offset(), visible);
      if (fault == null && Layout.count(tensor.shape()) * dtype.bytes() > ByteSource.MAX_ARRAY) {
        fault = "it is larger than 2 GiB";
      }
      if (fault != null) {
        throw new CheckpointException(source, -1, "tensor " + name + ": " + fault);
      }
      int count = (int) Layout.count(tensor.shape());
      byte[] bytes = count == 0 ? new byte[0] : storages.bytes(storage);
      Layout layout =
          new Layout(tensor.shape(), tensor.strides(), tensor.offset() + skipped, count);
      list.add(new CheckpointTensor(name, dtype, layout, bytes, order));
    }
    return Checkpoint.of(source, list);
  }

  private static void checkAmounts(String source, Map<String, Tensor> tensors, Limits limits)
      throws CheckpointException {
    long shown = 0;
    long stored = 0;
    Set<String> keys = new HashSet<>();
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      Long size = byteSize(tensor.storage());
      if (size == null || size > limits.maxFileBytes()) {
        throw new CheckpointException(
            source,
            -1,
            "the storage of tensor "
                + entry.getKey()
                + " would have "
                + tensor.storage().elements()
                + " elements, over the limit");
      }
      if (keys.add(tensor.storage().key())) {
        stored += size / dtype(source, entry.getKey(), tensor).bytes();
      }
      shown += Math.max(0, Layout.count(tensor.shape()));
    }
    if (shown > limits.maxElements()) {
      throw new CheckpointException(
          source, -1, shown + " elements, over the limit of " + limits.maxElements());
    }
    if (shown > 2 * stored + SHARED_FREE) {
      throw new CheckpointException(
          source,
          -1,
          "the tensors show "
              + shown
              + " elements, but only "
              + stored
              + " are stored; save them without expand()");
    }
  }
}
