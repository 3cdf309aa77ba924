package dev.facet.codec.stream;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * The file of the official L-MSFC code ({@code src/utils/stream_helper.py}): height and width of p2, length
 * of y, length of z as big-endian u32, then y, then z, each a rANS stream of CompressAI. It has no magic, no
 * model name and no check. Immutable by agreement: the arrays are not copied.
 *
 * @param p2 size of p2; the other levels are ceil halves
 * @param y coded latent
 * @param z coded hyper-latent
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between file and codec, compared by content
public record ReferenceFile(LevelShape p2, byte[] y, byte[] z) {
  private static final int HEADER_BYTES = 16;

  /** A rANS stream of CompressAI is whole 32-bit words, at least its final state. */
  private static final int MIN_STREAM = 8;

  private static final int WORD = 4;

  /** Reads a file with the default limits. */
  public static ReferenceFile parse(byte[] file) throws StreamException {
    return parse(file, StreamLimits.DEFAULT);
  }

  /**
   * Reads a file.
   *
   * @throws StreamException if it is cut short, has bytes behind its end, states sizes that cannot be, or
   *     exceeds the limits
   */
  public static ReferenceFile parse(byte[] file, StreamLimits limits) throws StreamException {
    if (file.length < HEADER_BYTES) {
      throw new StreamException.Truncated(
          0,
          "header",
          String.format(
              Locale.ROOT, "%d bytes, the header alone has %d", file.length, HEADER_BYTES));
    }
    ByteBuffer in = ByteBuffer.wrap(file);
    int height = side(in, "p2 height");
    int width = side(in, "p2 width");
    LevelShape p2 = new LevelShape(height, width);
    if (p2.pixels() > limits.maxPixels()) {
      throw new StreamException.LimitExceeded(
          0,
          "p2 size",
          String.format(Locale.ROOT, "%s positions, the limit is %d", p2, limits.maxPixels()));
    }
    int yLength = length(in, "y length", limits);
    int zLength = length(in, "z length", limits);
    if ((long) yLength + zLength > limits.maxPayloadBytes()) {
      throw new StreamException.LimitExceeded(
          8,
          "y and z length",
          String.format(
              Locale.ROOT,
              "%d bytes, the limit is %d",
              (long) yLength + zLength,
              limits.maxPayloadBytes()));
    }
    long end = HEADER_BYTES + (long) yLength + zLength;
    if (file.length < end) {
      throw new StreamException.Truncated(
          HEADER_BYTES, "y and z", String.format(Locale.ROOT, "%d bytes of %d", file.length, end));
    }
    if (file.length > end) {
      throw new StreamException.Corrupt(
          end,
          "end",
          String.format(Locale.ROOT, "%d bytes behind the end of z", file.length - end));
    }
    byte[] y = new byte[yLength];
    byte[] z = new byte[zLength];
    in.get(y).get(z);
    return new ReferenceFile(p2, y, z);
  }

  /** The file. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(HEADER_BYTES + y.length + z.length)
        .putInt(p2.height())
        .putInt(p2.width())
        .putInt(y.length)
        .putInt(z.length)
        .put(y)
        .put(z)
        .array();
  }

  private static int side(ByteBuffer in, String field) throws StreamException {
    int offset = in.position();
    int value = in.getInt();
    if (value < 1) {
      throw new StreamException.Corrupt(
          offset,
          field,
          Integer.toUnsignedString(value) + " is not a size; is this a reference file?");
    }
    return value;
  }

  private static int length(ByteBuffer in, String field, StreamLimits limits)
      throws StreamException {
    int offset = in.position();
    long value = Integer.toUnsignedLong(in.getInt());
    if (value > limits.maxPayloadBytes()) {
      throw new StreamException.LimitExceeded(
          offset,
          field,
          String.format(Locale.ROOT, "%d bytes, the limit is %d", value, limits.maxPayloadBytes()));
    }
    if (value < MIN_STREAM || value % WORD != 0) {
      throw new StreamException.Corrupt(
          offset, field, value + " is not the length of a rANS stream; is this a reference file?");
    }
    return (int) value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReferenceFile that
        && p2.equals(that.p2)
        && Arrays.equals(y, that.y)
        && Arrays.equals(z, that.z);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(y) * 31 + p2.hashCode();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "ReferenceFile(p2 %s, y %d bytes, z %d bytes)", p2, y.length, z.length);
  }
}
