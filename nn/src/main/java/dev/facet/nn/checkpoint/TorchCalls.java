package dev.facet.nn.checkpoint;

import dev.facet.nn.checkpoint.Pickled.Dict;
import dev.facet.nn.checkpoint.Pickled.Inert;
import dev.facet.nn.checkpoint.Pickled.NumpyArray;
import dev.facet.nn.checkpoint.Pickled.PyList;
import dev.facet.nn.checkpoint.Pickled.Storage;
import dev.facet.nn.checkpoint.Pickled.Symbol;
import dev.facet.nn.checkpoint.Pickled.Tensor;
import dev.facet.nn.checkpoint.Pickled.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The calls that a checkpoint may ask for, each evaluated here. Everything else is refused by name:
 * guessing that an unknown call does not matter would be guessing about the weights.
 */
final class TorchCalls {
  static final String HINT =
      "this reader runs no code from a file; load it once in Python and save model.state_dict(),"
          + " best as safetensors";

  // PyTorch's own limit; without one, a shared shape could be copied a million times.
  private static final int MAX_RANK = 64;

  /** Classes whose values never matter to weights, met in the extras of training checkpoints. */
  private static final Set<String> INERT =
      Set.of(
          "builtins.set",
          "builtins.frozenset",
          "builtins.complex",
          "builtins.bytearray",
          "builtins.bytes",
          "builtins.slice",
          "builtins.range",
          "torch.device",
          "torch.serialization._get_layout",
          "numpy.core.multiarray.scalar",
          "numpy._core.multiarray.scalar",
          "datetime.datetime",
          "datetime.date",
          "datetime.time",
          "datetime.timedelta",
          "datetime.timezone",
          "pathlib.Path",
          "pathlib.PosixPath",
          "pathlib.WindowsPath",
          "pathlib._local.PosixPath",
          "pathlib._local.WindowsPath",
          "argparse.Namespace",
          "types.SimpleNamespace");

  private TorchCalls() {}

  /** REDUCE: the value of {@code callable(*arguments)}. */
  static @Nullable Object call(PickleInput in, Symbol callable, Tuple arguments)
      throws CheckpointException {
    @Nullable Object[] args = arguments.items;
    String name = canonical(callable);
    return switch (name) {
      case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" ->
          tensor(in, args, null);
      case "torch._utils._rebuild_tensor_v3" -> tensor(in, args, dtype(in, args));
      case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" -> {
        if (args.length > 0 && args[0] instanceof Tensor tensor) {
          yield tensor;
        }
        throw in.fault("a parameter that is no tensor");
      }
      case "torch._tensor._rebuild_from_type_v2" -> {
        // A subclass of Tensor (or a tensor with attributes): only the tensor counts.
        if (args.length >= 3
            && args[0] instanceof Symbol function
            && args[2] instanceof Tuple inner
            && canonical(function).startsWith("torch._utils._rebuild_")) {
          yield call(in, function, inner);
        }
        throw in.fault("a tensor subclass that is no plain tensor; " + HINT);
      }
      case "collections.OrderedDict", "collections.defaultdict", "collections.Counter" ->
          dict(in, args);
      case "torch.Size" -> size(in, args);
      case "_codecs.encode" -> {
        // How Python writes bytes with protocol 2.
        if (args.length >= 1 && args[0] instanceof String text) {
          yield text.getBytes(StandardCharsets.ISO_8859_1);
        }
        throw in.fault("encodes something that is no string");
      }
      case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct" -> {
        if (args.length == 3
            && args[0] instanceof Symbol type
            && canonical(type).equals("numpy.ndarray")) {
          yield new NumpyArray();
        }
        throw refused(in, callable);
      }
      case "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer" ->
          NumpyCalls.fromBuffer(in, args);
      case "numpy.dtype" -> NumpyCalls.type(args);
      case "copyreg._reconstructor" -> {
        if (args.length > 0 && args[0] instanceof Symbol type && INERT.contains(canonical(type))) {
          yield new Inert();
        }
        throw refused(in, args.length > 0 && args[0] instanceof Symbol type ? type : callable);
      }
      default -> {
        if (INERT.contains(name)) {
          yield new Inert();
        }
        throw refused(in, callable);
      }
    };
  }

  /** NEWOBJ: the value of {@code type.__new__(type, *arguments)}. */
  static @Nullable Object newObject(PickleInput in, Symbol type, Tuple arguments)
      throws CheckpointException {
    String name = canonical(type);
    if (name.startsWith("collections.")
        || name.equals("torch.Size")
        || name.equals("numpy.dtype")
        || INERT.contains(name)) {
      return call(in, type, arguments);
    }
    throw refused(in, type);
  }

  /** BINPERSID: how torch writes a storage that lies outside the pickle. */
  static Storage persistent(PickleInput in, @Nullable Object id) throws CheckpointException {
    if (!(id instanceof Tuple tuple)
        || tuple.size() < 5
        || !"storage".equals(tuple.items[0])
        || !(tuple.items[1] instanceof Symbol type)
        || !(tuple.items[4] instanceof Long elements)) {
      throw in.fault("refers to something that is no storage; " + HINT);
    }
    // Very old files have integers as keys.
    if (!(tuple.items[2] instanceof String || tuple.items[2] instanceof Long)) {
      throw in.fault("a storage whose key is no string");
    }
    String key = tuple.items[2].toString();
    boolean untyped = type.name().equals("UntypedStorage");
    DType dtype = type.module().startsWith("torch") ? DType.ofStorage(type.name()) : null;
    long viewOffset = 0;
    long viewElements = elements;
    if (tuple.size() > 5 && tuple.items[5] instanceof Tuple view) {
      if (view.size() != 3
          || !(view.items[1] instanceof Long offset)
          || !(view.items[2] instanceof Long length)
          || offset < 0
          || length < 0
          || offset > elements
          || length > elements - offset) {
        throw in.fault("a view of storage " + key + " that leaves the storage");
      }
      viewOffset = offset;
      viewElements = length;
    }
    if (elements < 0) {
      throw in.fault("storage " + key + " has " + elements + " elements");
    }
    return new Storage(type, untyped, dtype, key, elements, viewOffset, viewElements);
  }

  private static Tensor tensor(PickleInput in, @Nullable Object[] args, @Nullable DType dtype)
      throws CheckpointException {
    if (args.length < 4
        || !(args[0] instanceof Storage storage)
        || !(args[1] instanceof Long offset)
        || !(args[2] instanceof Tuple size)
        || !(args[3] instanceof Tuple stride)) {
      throw in.fault("a tensor without storage, offset, size and strides");
    }
    if (size.size() > MAX_RANK || stride.size() > MAX_RANK) {
      throw in.fault("a tensor of " + size.size() + " dimensions");
    }
    int[] shape = new int[size.size()];
    for (int d = 0; d < shape.length; d++) {
      if (!(size.items[d] instanceof Long n) || n < 0 || n > Integer.MAX_VALUE) {
        throw in.fault("a tensor with the size " + number(size.items[d]));
      }
      shape[d] = n.intValue();
    }
    long[] strides = new long[stride.size()];
    for (int d = 0; d < strides.length; d++) {
      if (!(stride.items[d] instanceof Long n)) {
        throw in.fault("a tensor with the stride " + number(stride.items[d]));
      }
      strides[d] = n;
    }
    return new Tensor(storage, dtype == null ? storage.dtype() : dtype, offset, shape, strides);
  }

  /** The dtype argument of _rebuild_tensor_v3. */
  private static DType dtype(PickleInput in, @Nullable Object[] args) throws CheckpointException {
    if (args.length > 6 && args[6] instanceof Symbol symbol && symbol.module().equals("torch")) {
      DType dtype = DType.ofTorch(symbol.name());
      if (dtype != null) {
        return dtype;
      }
      throw in.fault("a tensor of type " + symbol + ", which is not supported");
    }
    throw in.fault("a tensor without a type");
  }

  private static Dict dict(PickleInput in, @Nullable Object[] args) throws CheckpointException {
    Dict dict = new Dict();
    // defaultdict has its factory first, the others nothing or their items.
    for (Object arg : args) {
      switch (arg) {
        case Dict other -> other.items().forEach(dict::put);
        case PyList pairs -> {
          for (Object pair : pairs.items) {
            List<@Nullable Object> items =
                switch (pair) {
                  case PyList list -> list.items;
                  case Tuple tuple -> Arrays.asList(tuple.items);
                  case null, default -> List.of();
                };
            if (items.size() != 2) {
              throw in.fault("a dict of items that are no pairs");
            }
            dict.put(items.get(0), items.get(1));
          }
        }
        case Symbol factory -> {}
        case null -> {}
        default -> throw in.fault("a dict of something that is no list of pairs");
      }
    }
    return dict;
  }

  private static Tuple size(PickleInput in, @Nullable Object[] args) throws CheckpointException {
    if (args.length == 1 && args[0] instanceof Tuple sizes) {
      return sizes;
    }
    if (args.length == 1 && args[0] instanceof PyList sizes) {
      return new Tuple(sizes.items.toArray());
    }
    throw in.fault("a torch.Size of something that is no tuple");
  }

  /** Python 2 and older torch and NumPy used other module names for the same things. */
  private static String canonical(Symbol symbol) {
    return switch (symbol.module()) {
          case "__builtin__" -> "builtins";
          case "copy_reg" -> "copyreg";
          default -> symbol.module();
        }
        + "."
        + symbol.name();
  }

  /** Only numbers and strings are short enough to be shown. */
  private static String number(@Nullable Object value) {
    return value instanceof Number n ? n.toString() : "of another type";
  }

  private static CheckpointException refused(PickleInput in, Symbol symbol) {
    return in.fault("asks to call " + symbol + ", which is refused; " + HINT);
  }
}
