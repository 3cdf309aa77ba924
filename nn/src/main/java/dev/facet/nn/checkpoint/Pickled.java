package dev.facet.nn.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Unpickler} can yield besides String, Long, BigInteger, Double, Boolean, byte[] and
 * null. None of these is an instance of anything that the file names. Equality is identity, so that
 * nothing here ever walks a nested or cyclic structure.
 */
final class Pickled {
  private Pickled() {}

  /** A Python name, for example {@code torch.FloatStorage}: a label, never resolved. */
  record Symbol(String module, String name) {
    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  /** A Python tuple or torch.Size. */
  static final class Tuple {
    final @Nullable Object[] items;

    Tuple(@Nullable Object... items) {
      this.items = items;
    }

    int size() {
      return items.length;
    }
  }

  /** A Python list or set. */
  static final class PyList {
    final List<@Nullable Object> items = new ArrayList<>(0);
  }

  /** A Python dict in insertion order. */
  static final class Dict {
    private @Nullable Map<@Nullable Object, @Nullable Object> map;

    void put(@Nullable Object key, @Nullable Object value) {
      if (map == null) {
        map = new LinkedHashMap<>();
      }
      map.put(key, value);
    }

    Map<@Nullable Object, @Nullable Object> items() {
      return map == null ? Map.of() : map;
    }
  }

  /** An object of a harmless class whose value nobody needs (complex, Path, Namespace, ...). */
  static final class Inert {}

  /**
   * A storage that lies elsewhere in the file.
   *
   * @param type the torch class, for messages
   * @param dtype null for an untyped storage or an unsupported type
   * @param elements size of the whole storage (bytes if untyped)
   * @param viewOffset where the visible part starts; only legacy files have one
   * @param viewElements size of the visible part
   */
  record Storage(
      Symbol type,
      boolean untyped,
      @Nullable DType dtype,
      String key,
      long elements,
      long viewOffset,
      long viewElements) {}

  /** A numpy.dtype: letter and size such as f4; its byte order comes later. */
  static final class NumpyType {
    final String code;
    boolean bigEndian;

    NumpyType(String code) {
      this.code = code;
    }
  }

  /** A numpy.ndarray: made empty, then given its content. */
  static final class NumpyArray {
    int[] shape = {0};
    @Nullable NumpyType type;
    boolean fortran;
    byte[] data = {};
  }

  /** A tensor: a view of a storage, not yet checked. */
  record Tensor(Storage storage, @Nullable DType dtype, long offset, int[] shape, long[] strides) {}
}
