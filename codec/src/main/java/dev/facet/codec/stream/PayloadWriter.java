package dev.facet.codec.stream;

import java.io.ByteArrayOutputStream;

/** Writes the payload of a codec without a model (docs/stream.md). */
public final class PayloadWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** One byte, 0 to 255. */
  public PayloadWriter u8(int value) {
    if (value < 0 || value > 0xFF) {
      throw new IllegalArgumentException(value + " is not in 0..255");
    }
    out.write(value);
    return this;
  }

  /** A number of at least 0 in as few bytes as it takes, seven bits a byte. */
  public PayloadWriter varint(int value) {
    if (value < 0) {
      throw new IllegalArgumentException(value + " is negative");
    }
    Varint.write(out, value);
    return this;
  }

  /** A finite float32 by its bits, big-endian. */
  public PayloadWriter f32(float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(value + " is not finite");
    }
    Records.writeU32(out, Float.floatToRawIntBits(value));
    return this;
  }

  /** Bytes without their length. */
  public PayloadWriter bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** Bytes so far. */
  public int size() {
    return out.size();
  }

  /** All that was written. */
  public byte[] toBytes() {
    return out.toByteArray();
  }
}
