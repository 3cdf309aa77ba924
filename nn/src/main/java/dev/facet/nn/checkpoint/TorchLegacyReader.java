package dev.facet.nn.checkpoint;

import dev.facet.nn.checkpoint.Pickled.PyList;
import dev.facet.nn.checkpoint.Pickled.Storage;
import dev.facet.nn.checkpoint.Pickled.Tensor;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch files from 0.2 to 1.5 (and {@code _use_new_zipfile_serialization=False}): five pickles
 * (magic number, protocol, system, object, storage keys), then each storage in the order of the
 * keys as an i64 count and little-endian data.
 */
final class TorchLegacyReader {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long PROTOCOL = 1001;

  private TorchLegacyReader() {}

  static Checkpoint read(ByteSource source, Limits limits, StateDict.Scope scope)
      throws CheckpointException {
    String file = source.name();
    PickleInput in = new PickleInput(source, 0, limits.maxHeaderBytes());
    if (!MAGIC.equals(Unpickler.load(in))) {
      throw new CheckpointException(
          file,
          0,
          "is a pickle, but not one of PyTorch: the magic number is missing; " + TorchCalls.HINT);
    }
    if (!Long.valueOf(PROTOCOL).equals(Unpickler.load(in))) {
      throw new CheckpointException(
          file, in.position(), "has a legacy protocol other than " + PROTOCOL);
    }
    Unpickler.load(in); // byte order and sizes of the writer's machine; the data is little-endian
    // All storages, also those that nobody wants: they have to be skipped over.
    Map<String, Storage> storages = new HashMap<>();
    Object value = Unpickler.load(in, storages);
    Map<String, Tensor> tensors = StateDict.tensors(file, value, limits, scope);
    Object keys = Unpickler.load(in);
    if (!(keys instanceof PyList list)) {
      throw new CheckpointException(file, in.position(), "the list of storages is missing");
    }
    Set<String> wanted = new HashSet<>();
    for (Tensor tensor : tensors.values()) {
      wanted.add(tensor.storage().key());
    }
    Map<String, byte[]> data = readStorages(source, in.position(), list, storages, wanted);
    return TorchTensors.assemble(
        file,
        tensors,
        storage -> {
          byte[] bytes = data.get(storage.key());
          Long needed = TorchTensors.byteSize(storage);
          if (bytes == null || needed == null || needed > bytes.length) {
            throw new CheckpointException(
                file, -1, "storage " + storage.key() + " is missing or too short");
          }
          return bytes;
        },
        ByteOrder.LITTLE_ENDIAN,
        limits);
  }

  private static Map<String, byte[]> readStorages(
      ByteSource source, long start, PyList keys, Map<String, Storage> storages, Set<String> wanted)
      throws CheckpointException {
    Map<String, byte[]> data = new HashMap<>();
    Set<String> seen = new HashSet<>();
    long at = start;
    for (@Nullable Object item : keys.items) {
      String key = item instanceof String || item instanceof Long ? item.toString() : "";
      Storage storage = storages.get(key);
      if (storage == null || !seen.add(key)) {
        throw new CheckpointException(
            source.name(), at, "the list of storages does not fit the pickled object");
      }
      Long size = TorchTensors.byteSize(storage);
      if (size == null || (storage.dtype() == null && !storage.untyped())) {
        throw new CheckpointException(
            source.name(),
            at,
            "storage "
                + key
                + " is a "
                + storage.type()
                + " of "
                + storage.elements()
                + " elements, which is not supported");
      }
      long elements =
          ByteBuffer.wrap(source.read(at, 8, "the size of storage " + key))
              .order(ByteOrder.LITTLE_ENDIAN)
              .getLong();
      if (elements != storage.elements()) {
        throw new CheckpointException(
            source.name(),
            at,
            "storage "
                + key
                + " has "
                + elements
                + " elements, but the pickle"
                + " says "
                + storage.elements()
                + "; the file is damaged");
      }
      at += 8;
      if (size > source.size() - at) {
        throw new CheckpointException(
            source.name(), at, "storage " + key + " of " + size + " bytes is cut off");
      }
      if (wanted.contains(key)) {
        data.put(key, source.read(at, size, "storage " + key));
      }
      at += size;
    }
    return data;
  }
}
