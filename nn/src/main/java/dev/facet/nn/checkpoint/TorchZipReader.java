package dev.facet.nn.checkpoint;

import dev.facet.nn.checkpoint.Pickled.Tensor;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * PyTorch files since 1.6: a zip of {@code NAME/data.pkl}, {@code NAME/byteorder} and one entry
 * {@code NAME/data/KEY} for each storage.
 */
final class TorchZipReader {
  private static final String PICKLE = "data.pkl";

  private TorchZipReader() {}

  static Checkpoint read(ByteSource source, ZipDirectory zip, Limits limits, StateDict.Scope scope)
      throws CheckpointException {
    String root = root(source, zip);
    if (zip.find(root + "constants.pkl") != null) {
      throw new CheckpointException(
          source.name(), -1, "is a TorchScript program, not a checkpoint; " + TorchCalls.HINT);
    }
    ZipDirectory.Entry entry = require(source, zip, root + PICKLE);
    if (entry.size() > limits.maxHeaderBytes()) {
      throw new CheckpointException(
          source.name(),
          entry.header(),
          entry.name()
              + " has "
              + entry.size()
              + " bytes, over the limit of "
              + limits.maxHeaderBytes());
    }
    String pickleName = source.name() + ", entry " + entry.name();
    ByteSource pickle = ByteSource.of(pickleName, zip.content(entry));
    Object value = Unpickler.load(new PickleInput(pickle, 0, pickle.size()));
    Map<String, Tensor> tensors = StateDict.tensors(source.name(), value, limits, scope);
    Map<String, byte[]> read = new HashMap<>();
    return TorchTensors.assemble(
        source.name(),
        tensors,
        storage -> {
          byte[] bytes = read.get(storage.key());
          if (bytes == null) {
            bytes = zip.content(require(source, zip, root + "data/" + storage.key()));
            read.put(storage.key(), bytes);
          }
          Long needed = TorchTensors.byteSize(storage);
          if (needed == null || needed > bytes.length) {
            throw new CheckpointException(
                source.name(),
                -1,
                "storage "
                    + storage.key()
                    + " has "
                    + bytes.length
                    + " bytes, but "
                    + needed
                    + " are needed; the file is truncated or damaged");
          }
          return bytes;
        },
        byteOrder(source, zip, root),
        limits);
  }

  /** The folder of the one data.pkl, with its slash; empty if it lies at the top. */
  private static String root(ByteSource source, ZipDirectory zip) throws CheckpointException {
    String root = null;
    for (String name : zip.names()) {
      if (name.equals(PICKLE) || name.endsWith("/" + PICKLE)) {
        if (root != null) {
          throw new CheckpointException(source.name(), -1, "holds more than one " + PICKLE);
        }
        root = name.substring(0, name.length() - PICKLE.length());
      }
    }
    if (root == null) {
      throw new CheckpointException(source.name(), -1, "holds no " + PICKLE);
    }
    return root;
  }

  /** Files before 2.1 have no such entry; they are little-endian. */
  private static ByteOrder byteOrder(ByteSource source, ZipDirectory zip, String root)
      throws CheckpointException {
    ZipDirectory.Entry entry = zip.find(root + "byteorder");
    if (entry == null) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    String order =
        entry.size() > 16 ? "" : new String(zip.content(entry), StandardCharsets.US_ASCII).strip();
    return switch (order) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw new CheckpointException(
              source.name(), entry.header(), "its byteorder is neither little nor big");
    };
  }

  private static ZipDirectory.Entry require(ByteSource source, ZipDirectory zip, String name)
      throws CheckpointException {
    ZipDirectory.Entry entry = zip.find(name);
    if (entry == null) {
      throw new CheckpointException(
          source.name(), -1, "the zip entry " + name + " is missing; the file is damaged");
    }
    return entry;
  }
}
