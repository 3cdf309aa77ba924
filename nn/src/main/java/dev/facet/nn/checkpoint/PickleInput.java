package dev.facet.nn.checkpoint;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Sequential reading of a part of a file through a small window. */
final class PickleInput {
  private static final int WINDOW = 1 << 16;
  private static final int LONGEST_LINE = 1024;

  private final ByteSource source;
  private final long end;
  private byte[] window = new byte[0];
  private long windowStart;
  private int at;

  PickleInput(ByteSource source, long start, long maxBytes) {
    this.source = source;
    this.windowStart = start;
    this.end = maxBytes < source.size() - start ? start + maxBytes : source.size();
  }

  long position() {
    return windowStart + at;
  }

  int u8() throws CheckpointException {
    if (at == window.length) {
      refill(1);
    }
    return window[at++] & 0xFF;
  }

  int u16() throws CheckpointException {
    return u8() | u8() << 8;
  }

  int i32() throws CheckpointException {
    return u16() | u16() << 16;
  }

  long i64() throws CheckpointException {
    return (i32() & 0xFFFF_FFFFL) | (long) i32() << 32;
  }

  /** A length field of 4 bytes; refused if that much does not follow. */
  int length32() throws CheckpointException {
    return checkedLength(i32() & 0xFFFF_FFFFL);
  }

  /** A length field of 8 bytes; refused if that much does not follow. */
  int length64() throws CheckpointException {
    return checkedLength(i64());
  }

  byte[] bytes(int length) throws CheckpointException {
    checkedLength(length);
    if (length <= window.length - at) {
      at += length;
      return Arrays.copyOfRange(window, at - length, at);
    }
    byte[] bytes = source.read(position(), length, "a pickled value");
    windowStart = position() + length;
    window = new byte[0];
    at = 0;
    return bytes;
  }

  String utf8(int length) throws CheckpointException {
    long start = position();
    byte[] bytes = bytes(length);
    try {
      CharBuffer chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return chars.toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(source.name(), start, "a pickled string is not UTF-8", e);
    }
  }

  /** Text up to the next line feed, which is consumed. */
  String line() throws CheckpointException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int c = u8();
      if (c == '\n') {
        return line.toString();
      }
      if (line.length() == LONGEST_LINE) {
        throw fault("a pickled name is longer than " + LONGEST_LINE + " bytes");
      }
      line.append((char) c);
    }
  }

  CheckpointException fault(String reason) {
    return new CheckpointException(source.name(), position(), reason);
  }

  private int checkedLength(long length) throws CheckpointException {
    if (length > ByteSource.MAX_ARRAY) {
      throw fault("a pickled value of more than 2 GiB");
    }
    if (length < 0 || length > end - position()) {
      throw fault(
          "a pickled value of "
              + Long.toUnsignedString(length)
              + " bytes, but only "
              + (end - position())
              + " follow; the file is truncated or damaged");
    }
    return (int) length;
  }

  private void refill(int needed) throws CheckpointException {
    long position = position();
    if (end - position < needed) {
      throw fault("the pickle ends too early; the file is truncated or beyond the limit");
    }
    window = source.read(position, Math.min(WINDOW, end - position), "a pickle");
    windowStart = position;
    at = 0;
  }
}
