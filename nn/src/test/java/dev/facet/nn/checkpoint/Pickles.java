package dev.facet.nn.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds pickles, one instruction a call, and the PyTorch files around them. */
final class Pickles {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Pickles() {
    this(2);
  }

  Pickles(int protocol) {
    op(0x80, protocol);
  }

  Pickles op(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  Pickles ops(String ascii) {
    out.writeBytes(ascii.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  Pickles text(String s) {
    byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
    op('X').i32(utf8.length);
    out.writeBytes(utf8);
    return this;
  }

  Pickles i32(int value) {
    return op(value & 0xFF, value >> 8 & 0xFF, value >> 16 & 0xFF, value >> 24 & 0xFF);
  }

  Pickles integer(int value) {
    return op('J').i32(value);
  }

  Pickles global(String module, String name) {
    return ops("c" + module + "\n" + name + "\n");
  }

  Pickles tuple(int... values) {
    op('(');
    for (int v : values) {
      integer(v);
    }
    return op('t');
  }

  Pickles storage(String type, String key, int elements) {
    return op('(')
        .text("storage")
        .global("torch", type)
        .text(key)
        .text("cpu")
        .integer(elements)
        .op('t', 'Q');
  }

  /** A tensor of a storage of its own type. */
  Pickles tensor(String type, String key, int stored, int offset, int[] shape, int[] strides) {
    global("torch._utils", "_rebuild_tensor_v2").op('(').storage(type, key, stored);
    integer(offset).tuple(shape).tuple(strides).op(0x89);
    return global("collections", "OrderedDict").op(')', 'R', 't', 'R');
  }

  byte[] stop() {
    op('.');
    return out.toByteArray();
  }

  /** A dict of one tensor w of six floats. */
  static byte[] simple() {
    return new Pickles()
        .op('}')
        .text("w")
        .tensor("FloatStorage", "0", 6, 0, new int[] {2, 3}, new int[] {3, 1})
        .op('s')
        .stop();
  }

  static byte[] floats(ByteOrder order, float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(order);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  static byte[] torchZip(byte[] pickle, Map<String, byte[]> storages) {
    return torchZip(pickle, storages, "little", ZipEntry.STORED);
  }

  static byte[] torchZip(
      byte[] pickle, Map<String, byte[]> storages, String byteOrder, int method) {
    Map<String, byte[]> entries = new java.util.LinkedHashMap<>();
    entries.put("m/data.pkl", pickle);
    entries.put("m/byteorder", byteOrder.getBytes(StandardCharsets.US_ASCII));
    storages.forEach((key, bytes) -> entries.put("m/data/" + key, bytes));
    return zip(entries, method);
  }

  static byte[] zip(Map<String, byte[]> entries, int method) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> e : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(e.getKey());
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        entry.setMethod(method);
        CRC32 crc = new CRC32();
        crc.update(e.getValue());
        entry.setCrc(crc.getValue());
        entry.setSize(e.getValue().length);
        zip.putNextEntry(entry);
        zip.write(e.getValue());
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A legacy file of the given object and float storages. */
  static byte[] legacy(byte[] object, Map<String, float[]> storages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        new Pickles()
            .op(0x8a, 10)
            .op(0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)
            .stop());
    out.writeBytes(new Pickles().op('M', 0xe9, 0x03).stop());
    out.writeBytes(new Pickles().op('}').stop());
    out.writeBytes(object);
    Pickles keys = new Pickles().op(']', '(');
    storages.keySet().forEach(keys::text);
    out.writeBytes(keys.op('e').stop());
    for (float[] values : storages.values()) {
      out.writeBytes(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, values.length).array());
      out.writeBytes(floats(ByteOrder.LITTLE_ENDIAN, values));
    }
    return out.toByteArray();
  }
}
