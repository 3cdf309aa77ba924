package dev.facet.nn.checkpoint;

import dev.facet.nn.checkpoint.Pickled.Inert;
import dev.facet.nn.checkpoint.Pickled.NumpyArray;
import dev.facet.nn.checkpoint.Pickled.NumpyType;
import dev.facet.nn.checkpoint.Pickled.Tuple;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How NumPy pickles arrays, evaluated by our own code. Whatever does not fit is refused. */
final class NumpyCalls {
  private static final int MAX_RANK = 64;

  private NumpyCalls() {}

  /** numpy.dtype(code, align, copy). */
  static Object type(@Nullable Object[] args) {
    return args.length > 0 && args[0] instanceof String code
        ? new NumpyType(code)
        : new Inert(); // a structured type, in the extras of some checkpoint
  }

  /** The state of a dtype: (version, byte order, ...). */
  static void setState(PickleInput in, NumpyType type, @Nullable Object state)
      throws CheckpointException {
    if (!(state instanceof Tuple tuple)
        || tuple.size() < 2
        || !(tuple.items[1] instanceof String order)) {
      throw in.fault("a NumPy type without a byte order");
    }
    type.bigEndian = order.equals(">");
  }

  /** The state of an array: (version, shape, type, Fortran order, data). */
  static void setState(PickleInput in, NumpyArray array, @Nullable Object state)
      throws CheckpointException {
    if (!(state instanceof Tuple tuple) || tuple.size() != 5) {
      throw in.fault("a NumPy array without shape, type and data");
    }
    set(in, array, tuple.items[1], tuple.items[2], tuple.items[4]);
    array.fortran = Boolean.TRUE.equals(tuple.items[3]);
  }

  /** _frombuffer(data, type, shape, order), since NumPy 1.16 with protocol 5. */
  static NumpyArray fromBuffer(PickleInput in, @Nullable Object[] args) throws CheckpointException {
    if (args.length != 4) {
      throw in.fault("a NumPy array without shape, type and data");
    }
    NumpyArray array = new NumpyArray();
    set(in, array, args[2], args[1], args[0]);
    array.fortran = "F".equals(args[3]);
    return array;
  }

  private static void set(
      PickleInput in,
      NumpyArray array,
      @Nullable Object shape,
      @Nullable Object type,
      @Nullable Object data)
      throws CheckpointException {
    if (!(shape instanceof Tuple sizes) || sizes.size() > MAX_RANK) {
      throw in.fault("a NumPy array whose shape is no short tuple");
    }
    array.shape = new int[sizes.size()];
    for (int d = 0; d < array.shape.length; d++) {
      if (!(sizes.items[d] instanceof Long n) || n < 0 || n > Integer.MAX_VALUE) {
        throw in.fault("a NumPy array whose shape is not made of sizes");
      }
      array.shape[d] = n.intValue();
    }
    if (!(type instanceof NumpyType numpyType)) {
      throw in.fault("a NumPy array of no simple type; " + TorchCalls.HINT);
    }
    array.type = numpyType;
    array.data =
        switch (data) {
          case byte[] bytes -> bytes;
          // Python 2 wrote bytes as text
          case String text -> text.getBytes(StandardCharsets.ISO_8859_1);
          case null, default -> throw in.fault("a NumPy array whose data are no bytes");
        };
  }
}
