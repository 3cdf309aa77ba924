package dev.facet.nn.onnx;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A protobuf message to be written (protobuf.dev, "Encoding"): fields in the order in which they are
 * added. Sizes are known before anything is written, and float arrays are kept as they are until
 * then, so that a model is never in memory twice.
 */
final class ProtobufMessage {
  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;
  private static final int CHUNK = 1 << 14;

  private interface Piece {
    void writeTo(OutputStream out) throws IOException;
  }

  private final List<Piece> pieces = new ArrayList<>();
  private long size;

  long size() {
    return size;
  }

  ProtobufMessage integer(int field, long value) {
    return varint((long) field << 3 | VARINT).varint(value);
  }

  ProtobufMessage float32(int field, float value) {
    varint((long) field << 3 | FIXED32);
    return bytes(littleEndian(Float.BYTES).putFloat(value).array());
  }

  ProtobufMessage string(int field, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    return header(field, utf8.length).bytes(utf8);
  }

  /** A repeated varint field in its packed form. */
  ProtobufMessage integers(int field, List<Long> values) {
    ProtobufMessage packed = new ProtobufMessage();
    values.forEach(packed::varint);
    return message(field, packed);
  }

  ProtobufMessage message(int field, ProtobufMessage value) {
    return header(field, value.size).piece(value.size, value::writeTo);
  }

  /** A bytes field of little-endian floats. */
  ProtobufMessage rawFloats(int field, float[] values) {
    long length = (long) Float.BYTES * values.length;
    return header(field, length).piece(length, out -> write(values, out));
  }

  /** A bytes field of little-endian 64-bit integers. */
  ProtobufMessage rawIntegers(int field, List<Long> values) {
    ByteBuffer buffer = littleEndian(Long.BYTES * values.size());
    values.forEach(buffer::putLong);
    return header(field, buffer.capacity()).bytes(buffer.array());
  }

  void writeTo(OutputStream out) throws IOException {
    for (Piece piece : pieces) {
      piece.writeTo(out);
    }
  }

  private ProtobufMessage header(int field, long length) {
    return varint((long) field << 3 | LENGTH_DELIMITED).varint(length);
  }

  private ProtobufMessage varint(long value) {
    byte[] bytes = new byte[Math.ceilDiv(Long.SIZE, 7)];
    int n = 0;
    long rest = value;
    do {
      bytes[n++] = (byte) ((rest & 0x7f) | ((rest >>> 7) == 0 ? 0 : 0x80));
      rest >>>= 7;
    } while (rest != 0);
    int length = n;
    return piece(length, out -> out.write(bytes, 0, length));
  }

  private ProtobufMessage bytes(byte[] bytes) {
    return piece(bytes.length, out -> out.write(bytes));
  }

  private ProtobufMessage piece(long length, Piece piece) {
    pieces.add(piece);
    size += length;
    return this;
  }

  private static void write(float[] values, OutputStream out) throws IOException {
    ByteBuffer chunk = littleEndian(Float.BYTES * Math.min(CHUNK, values.length));
    for (int from = 0; from < values.length; from += CHUNK) {
      int n = Math.min(CHUNK, values.length - from);
      chunk.asFloatBuffer().put(values, from, n);
      out.write(chunk.array(), 0, Float.BYTES * n);
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
