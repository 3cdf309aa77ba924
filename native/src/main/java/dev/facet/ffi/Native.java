package dev.facet.ffi;

import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Types of C, strings, and planes of samples in native memory. */
public final class Native {
  public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  public static final ValueLayout.OfByte BOOL = ValueLayout.JAVA_BYTE;
  public static final AddressLayout POINTER = ValueLayout.ADDRESS;

  private static final int MAX_STRING = 1024;

  private Native() {}

  public static boolean isNull(MemorySegment pointer) {
    return pointer.address() == 0;
  }

  /** Memory that a library owns, of a size that its interface promises: nothing here can check it. */
  @SuppressWarnings("restricted")
  static MemorySegment sized(MemorySegment pointer, long bytes) {
    return pointer.reinterpret(bytes);
  }

  /** A string that the library owns. */
  public static String string(MemorySegment pointer) {
    return isNull(pointer) ? "" : sized(pointer, MAX_STRING).getString(0);
  }

  /** What a call threw that declares to throw anything; it cannot be a checked exception. */
  public static RuntimeException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
  }

  /** A plane without padding, one byte a sample up to 8 bits, else two in the machine's order. */
  static MemorySegment plane(VideoPicture picture, int plane, Arena arena) {
    short[] samples = picture.plane(plane);
    if (picture.format().bitDepth() > 8) {
      return arena.allocateFrom(ValueLayout.JAVA_SHORT, samples);
    }
    MemorySegment bytes = arena.allocate(samples.length);
    for (int i = 0; i < samples.length; i++) {
      bytes.set(ValueLayout.JAVA_BYTE, i, (byte) samples[i]);
    }
    return bytes;
  }

  /**
   * A plane that a library owns.
   *
   * @param stride bytes from row to row
   * @param bytes of a sample: 1, or 2 in the machine's order
   */
  static short[] samples(
      MemorySegment plane, long stride, int bytes, VideoFormat format, int index) {
    int width = format.planeWidth(index);
    int height = format.planeHeight(index);
    MemorySegment rows = sized(plane, stride * (height - 1) + (long) width * bytes);
    short[] samples = new short[width * height];
    for (int y = 0; y < height; y++) {
      if (bytes == 2) {
        MemorySegment.copy(
            rows, ValueLayout.JAVA_SHORT_UNALIGNED, y * stride, samples, y * width, width);
      } else {
        for (int x = 0; x < width; x++) {
          samples[y * width + x] = (short) (rows.get(ValueLayout.JAVA_BYTE, y * stride + x) & 0xFF);
        }
      }
    }
    return samples;
  }
}
