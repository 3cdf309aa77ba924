package dev.facet.nn.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Any protobuf message, parsed without its schema: the values of each field in their order. */
record ProtobufInput(Map<Integer, List<Object>> fields) {
  static ProtobufInput parse(byte[] bytes) {
    return parse(ByteBuffer.wrap(bytes));
  }

  private static ProtobufInput parse(ByteBuffer in) {
    in.order(ByteOrder.LITTLE_ENDIAN);
    Map<Integer, List<Object>> fields = new TreeMap<>();
    while (in.hasRemaining()) {
      int tag = (int) varint(in);
      Object value =
          switch (tag & 7) {
            case 0 -> varint(in);
            case 2 -> {
              int length = Math.toIntExact(varint(in));
              ByteBuffer slice = in.slice(in.position(), length);
              in.position(in.position() + length);
              yield slice;
            }
            case 5 -> in.getFloat();
            default -> throw new AssertionError("wire type " + (tag & 7));
          };
      fields.computeIfAbsent(tag >>> 3, f -> new ArrayList<>()).add(value);
    }
    return new ProtobufInput(fields);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  List<ProtobufInput> messages(int field) {
    return all(field).stream().map(value -> parse(((ByteBuffer) value).duplicate())).toList();
  }

  ProtobufInput message(int field) {
    assertOne(field);
    return messages(field).getFirst();
  }

  List<String> strings(int field) {
    return all(field).stream()
        .map(v -> StandardCharsets.UTF_8.decode(((ByteBuffer) v).duplicate()).toString())
        .toList();
  }

  String string(int field) {
    assertOne(field);
    return strings(field).getFirst();
  }

  long integer(int field) {
    assertOne(field);
    return (Long) all(field).getFirst();
  }

  float float32(int field) {
    assertOne(field);
    return (Float) all(field).getFirst();
  }

  List<Long> packed(int field) {
    assertOne(field);
    ByteBuffer in = ((ByteBuffer) all(field).getFirst()).duplicate();
    List<Long> values = new ArrayList<>();
    while (in.hasRemaining()) {
      values.add(varint(in));
    }
    return values;
  }

  ByteBuffer bytes(int field) {
    assertOne(field);
    return ((ByteBuffer) all(field).getFirst()).duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  private List<Object> all(int field) {
    return fields.getOrDefault(field, List.of());
  }

  private void assertOne(int field) {
    if (all(field).size() != 1) {
      throw new AssertionError("field " + field + " occurs " + all(field).size() + " times");
    }
  }
}
