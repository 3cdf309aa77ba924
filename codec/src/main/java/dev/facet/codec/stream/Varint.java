package dev.facet.codec.stream;

import java.io.ByteArrayOutputStream;

/** Unsigned LEB128 below 2^31: seven bits a byte, low ones first, in as few bytes as it takes. */
final class Varint {
  /** Most bytes of one number. */
  static final int MAX_BYTES = 5;

  private Varint() {}

  static void write(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > 0x7F) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  static int bytes(int value) {
    int bytes = 1;
    for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
      bytes++;
    }
    return bytes;
  }
}
