package dev.facet.codec.stream;

import java.io.IOException;
import java.util.Locale;

/**
 * Reads the payload of a codec without a model (docs/stream.md): untrusted bytes, checked where they are read. Errors name the byte
 * of the payload.
 */
public final class PayloadReader {
  private final byte[] payload;
  private final StreamInput in;

  /** Reads from the first byte on. */
  public PayloadReader(byte[] payload) {
    this.payload = payload;
    in = new StreamInput(payload, 0);
  }

  /** Reads one field. */
  @FunctionalInterface
  private interface Read<T> {
    T from(StreamInput in) throws IOException;
  }

  private <T> T read(Read<T> field) throws StreamException {
    try {
      return field.from(in);
    } catch (StreamException.Truncated e) {
      throw new StreamException.Truncated(0, e.field(), at(e.offset(), e.reason()));
    } catch (StreamException e) {
      throw new StreamException.Corrupt(0, e.field(), at(e.offset(), e.reason()));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  private static String at(long offset, String reason) {
    return String.format(Locale.ROOT, "byte %d of the payload: %s", offset, reason);
  }

  /** One byte, 0 to 255. */
  public int u8(String field) throws StreamException {
    return read(input -> input.u8(field));
  }

  /** A number from {@code min} to {@code max}. */
  public int varint(String field, int min, int max) throws StreamException {
    int value = read(input -> input.varint(field));
    if (value < min || value > max) {
      throw corrupt(field, String.format(Locale.ROOT, "%d is not in %d..%d", value, min, max));
    }
    return value;
  }

  /** A finite float32. */
  public float f32(String field) throws StreamException {
    float value = Float.intBitsToFloat(read(input -> input.u32(field)));
    if (!Float.isFinite(value)) {
      throw corrupt(field, value + " is not finite");
    }
    return value;
  }

  /** As many bytes. */
  public byte[] bytes(int count, String field) throws StreamException {
    if (count > remaining()) {
      throw new StreamException.Truncated(
          0,
          field,
          at(in.offset(), String.format(Locale.ROOT, "%d bytes of %d", remaining(), count)));
    }
    return read(input -> input.bytes(count, field));
  }

  /** All that is left. */
  public byte[] rest(String field) throws StreamException {
    return bytes(remaining(), field);
  }

  /** Bytes that are left. */
  public int remaining() {
    return payload.length - (int) in.offset();
  }

  /** An error at the place where reading is. */
  public StreamException corrupt(String field, String reason) {
    return new StreamException.Corrupt(0, field, at(in.offset(), reason));
  }
}
