package dev.facet.codec.stream;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.CRC32C;

/** Counts and checks the bytes it reads; never allocates more than it has been given. */
final class StreamInput {
  private static final int CHUNK = 1 << 16;

  private final InputStream in;
  private final CRC32C crc = new CRC32C();
  private long offset;

  StreamInput(InputStream in) {
    this.in = in;
  }

  StreamInput(byte[] bytes, int from) {
    this(new ByteArrayInputStream(bytes, from, bytes.length - from));
    offset = from;
  }

  /** Position of the next byte from the start of the stream. */
  long offset() {
    return offset;
  }

  /** Starts a new CRC-32C over the seed and whatever is read from here on. */
  void startCheck(byte[] seed) {
    crc.reset();
    crc.update(seed);
  }

  /** CRC-32C of everything since {@link #startCheck}. */
  int check() {
    return (int) crc.getValue();
  }

  boolean atEnd() throws IOException {
    return in.read() < 0;
  }

  int u8(String field) throws IOException {
    int value = in.read();
    if (value < 0) {
      throw new StreamException.Truncated(offset, field, "the stream ends here");
    }
    offset++;
    crc.update(value);
    return value;
  }

  /** Big-endian. */
  int u32(String field) throws IOException {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      value = (value << 8) | u8(field);
    }
    return value;
  }

  int varint(String field) throws IOException {
    long start = offset;
    long value = 0;
    for (int i = 0; i < Varint.MAX_BYTES; i++) {
      int b = u8(field);
      value |= (long) (b & 0x7F) << (7 * i);
      if (b < 0x80) {
        if (b == 0 && i > 0) {
          throw new StreamException.Corrupt(start, field, "a number in more bytes than it needs");
        }
        if (value > Integer.MAX_VALUE) {
          throw new StreamException.Corrupt(start, field, value + " does not fit 31 bits");
        }
        return (int) value;
      }
    }
    throw new StreamException.Corrupt(start, field, "a number of more than 5 bytes");
  }

  /** Memory grows with what has arrived, not with what was announced. */
  byte[] bytes(int count, String field) throws IOException {
    long start = offset;
    byte[] first = in.readNBytes(Math.min(count, CHUNK));
    byte[] all = first;
    if (first.length == CHUNK && count > CHUNK) {
      ByteArrayOutputStream growing = new ByteArrayOutputStream(2 * CHUNK);
      growing.write(first);
      while (growing.size() < count) {
        byte[] more = in.readNBytes(Math.min(count - growing.size(), CHUNK));
        growing.write(more);
        if (more.length == 0) {
          break;
        }
      }
      all = growing.toByteArray();
    }
    offset += all.length;
    if (all.length < count) {
      throw new StreamException.Truncated(
          start, field, String.format(Locale.ROOT, "%d bytes of %d", all.length, count));
    }
    crc.update(all);
    return all;
  }
}
