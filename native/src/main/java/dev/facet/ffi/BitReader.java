package dev.facet.ffi;

import dev.facet.codec.video.VideoCodecException;

/** Reads the bits of one NAL unit (ITU-T H.265 and H.266, 7.2 and 9.2), most significant first, without the emulation prevention bytes. */
final class BitReader {
  private final byte[] bytes;
  private final int end;
  private int at;
  private int bit;
  private int zeros;

  /** Reads {@code bytes[from..end)}. */
  BitReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.end = end;
    at = from;
  }

  int bit() throws VideoCodecException {
    if (bit == 0 && at < end && zeros >= 2 && bytes[at] == 3) {
      at++; // emulation prevention
      zeros = 0;
    }
    if (at >= end) {
      throw new VideoCodecException("the bitstream is damaged: a parameter set ends too early");
    }
    int value = bytes[at] >> (7 - bit) & 1;
    if (++bit == 8) {
      bit = 0;
      zeros = bytes[at] == 0 ? zeros + 1 : 0;
      at++;
    }
    return value;
  }

  /** u(n), n up to 32 of which the upper ones may be lost. */
  int bits(int count) throws VideoCodecException {
    int value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 1 | bit();
    }
    return value;
  }

  void skip(int count) throws VideoCodecException {
    for (int i = 0; i < count; i++) {
      bit();
    }
  }

  void align() {
    if (bit != 0) {
      bit = 0;
      zeros = bytes[at] == 0 ? zeros + 1 : 0;
      at++;
    }
  }

  /** ue(v), below 2^20. */
  int golomb() throws VideoCodecException {
    int length = 0;
    while (bit() == 0) {
      if (++length > 20) {
        throw new VideoCodecException("the bitstream is damaged: a number is out of range");
      }
    }
    return (1 << length) - 1 + bits(length);
  }
}
