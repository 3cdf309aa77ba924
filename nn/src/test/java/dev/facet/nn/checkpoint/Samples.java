package dev.facet.nn.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;

/** One small valid file of each format, all holding the tensor w = [[1, 2, 3], [4, 5, 6]]. */
final class Samples {
  static final float[] VALUES = {1, 2, 3, 4, 5, 6};

  private Samples() {}

  static byte[] safetensors() {
    return safetensors(
        "{\"__metadata__\":{\"a\":\"b\"},\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],"
            + "\"data_offsets\":[0,24]}}",
        Pickles.floats(ByteOrder.LITTLE_ENDIAN, VALUES));
  }

  static byte[] safetensors(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  static byte[] torchZip(String order, int method) {
    ByteOrder byteOrder = order.equals("big") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return Pickles.torchZip(
        Pickles.simple(), Map.of("0", Pickles.floats(byteOrder, VALUES)), order, method);
  }

  static byte[] legacy() {
    return Pickles.legacy(Pickles.simple(), Map.of("0", VALUES));
  }

  static byte[] npy() {
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      Npy.write(out, CheckpointTensor.ofFloats("w", VALUES, 2, 3));
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A dict of one NumPy array as Python 3 pickles it. */
  static byte[] pkl() {
    byte[] data = Pickles.floats(ByteOrder.LITTLE_ENDIAN, VALUES);
    Pickles p = new Pickles(3).op('}').text("model").op('}').text("w");
    p.global("numpy.core.multiarray", "_reconstruct").global("numpy", "ndarray");
    p.tuple(0).op('C', 1, 'b', 0x87, 'R', '(').integer(1).tuple(2, 3);
    p.global("numpy", "dtype").text("f4").op('K', 0, 'K', 1, 0x87, 'R', '(', 'K', 3).text("<");
    p.op('N', 'N', 'N').integer(-1).integer(-1).op('K', 0, 't', 'b', 0x89, 'C', data.length);
    for (byte b : data) {
      p.op(b & 0xFF);
    }
    return p.op('t', 'b', 's', 's').stop();
  }

  static byte[] npz(int method) {
    return Pickles.zip(Map.of("w.npy", npy()), method);
  }

  static Map<String, byte[]> all() {
    return Map.of(
        "safetensors", safetensors(),
        "zip", torchZip("little", ZipEntry.STORED),
        "zip, deflated", torchZip("little", ZipEntry.DEFLATED),
        "zip, big-endian", torchZip("big", ZipEntry.STORED),
        "legacy", legacy(),
        "npy", npy(),
        "pkl", pkl(),
        "npz", npz(ZipEntry.STORED),
        "npz, deflated", npz(ZipEntry.DEFLATED));
  }

  /** Reads a file and every value in it. */
  static void readAll(byte[] file) throws CheckpointException {
    for (CheckpointTensor tensor :
        List.copyOf(Checkpoint.read("sample", file, Limits.DEFAULT).tensors())) {
      tensor.floats();
      tensor.doubles();
      tensor.bytes();
      if (!tensor.dtype().isFloat() && tensor.dtype() != DType.U64) {
        tensor.longs();
      }
    }
  }
}
