package dev.facet.nn.checkpoint;

import dev.facet.nn.checkpoint.Pickled.Dict;
import dev.facet.nn.checkpoint.Pickled.NumpyArray;
import dev.facet.nn.checkpoint.Pickled.NumpyType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pickled dict of NumPy arrays, as detectron2 publishes its models ({@code .pkl}): the arrays
 * stand under {@code model} (or {@code blobs}, from Caffe2) or at the root.
 */
final class NumpyPickleReader {
  private static final List<String> WRAPPERS = List.of("model", "blobs");
  private static final int LONGEST_NAME = 512;

  /** Arrays may share their data; together they show at most this much more than the file has. */
  private static final long SHARED_FREE = 1L << 24;

  private NumpyPickleReader() {}

  static Checkpoint read(ByteSource source, Limits limits, StateDict.Scope scope)
      throws CheckpointException {
    PickleInput in = new PickleInput(source, 0, limits.maxFileBytes());
    if (!(Unpickler.load(in) instanceof Dict root)) {
      throw new CheckpointException(
          source.name(),
          0,
          "is a pickle, but neither of PyTorch nor a dict of NumPy arrays; " + TorchCalls.HINT);
    }
    List<CheckpointTensor> tensors = new ArrayList<>();
    long shown = 0;
    Dict arrays = scope == StateDict.Scope.MODEL ? unwrap(root) : root;
    for (Map.Entry<@Nullable Object, @Nullable Object> entry : arrays.items().entrySet()) {
      if (!(entry.getValue() instanceof NumpyArray array)) {
        continue; // the author, a version
      }
      if (!(entry.getKey() instanceof String name) || name.length() > LONGEST_NAME) {
        throw new CheckpointException(source.name(), -1, "an array whose key is no short string");
      }
      shown += array.data.length;
      if (tensors.size() == limits.maxTensors()
          || shown > source.size() + SHARED_FREE
          || shown > 8 * limits.maxElements()) {
        throw new CheckpointException(
            source.name(), -1, "more arrays than the file has data for, or than the limit");
      }
      tensors.add(tensor(source.name(), name, array));
    }
    if (tensors.isEmpty()) {
      throw new CheckpointException(
          source.name(), -1, "is a pickle without a dict of NumPy arrays; " + TorchCalls.HINT);
    }
    return Checkpoint.of(source.name(), tensors);
  }

  private static Dict unwrap(Dict root) {
    for (String key : WRAPPERS) {
      if (root.items().get(key) instanceof Dict inner) {
        return inner;
      }
    }
    return root;
  }

  private static CheckpointTensor tensor(String source, String name, NumpyArray array)
      throws CheckpointException {
    NumpyType type = array.type;
    String code = type == null ? "" : type.code;
    DType dtype =
        code.length() == 2 && Character.isDigit(code.charAt(1))
            ? DType.ofNumpy(code.charAt(0), code.charAt(1) - '0')
            : null;
    if (type == null || dtype == null) {
      throw new CheckpointException(
          source, -1, "array " + name + " is of a type that is not supported");
    }
    long count = Layout.count(array.shape);
    if (count < 0 || count * dtype.bytes() != array.data.length) {
      throw new CheckpointException(
          source, -1, "array " + name + " has not the data that its shape asks for");
    }
    Layout layout =
        array.fortran ? Layout.columnMajor(array.shape) : Layout.contiguous(array.shape);
    ByteOrder order = type.bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return new CheckpointTensor(name, dtype, layout, array.data, order);
  }
}
