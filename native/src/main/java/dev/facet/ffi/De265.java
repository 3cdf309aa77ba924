package dev.facet.ffi;

import static dev.facet.ffi.Native.INT;
import static dev.facet.ffi.Native.LONG;
import static dev.facet.ffi.Native.POINTER;

import dev.facet.codec.video.ChromaFormat;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** HEVC decoding by libde265, in the calling thread. Its interface has opaque handles only, so every version since 1.0 will do. */
final class De265 implements VideoDecoder {
  static final String INSTALL = "apt-get install libde265-0";

  /** {@code de265_error}: 0 is success, 13 waits for data, from 1000 on are warnings. */
  private static final int NEEDS_DATA = 13;

  private static final int WARNINGS = 1000;
  private static final int MONO = 0;
  private static final int YUV420 = 1;

  private final String version;
  private final MethodHandle errorText;
  private final MethodHandle newDecoder;
  private final MethodHandle freeDecoder;
  private final MethodHandle pushData;
  private final MethodHandle flushData;
  private final MethodHandle decode;
  private final MethodHandle warning;
  private final MethodHandle nextPicture;
  private final MethodHandle width;
  private final MethodHandle height;
  private final MethodHandle chroma;
  private final MethodHandle bits;
  private final MethodHandle plane;

  private De265(Library library) throws LibraryException {
    MethodHandle getVersion = library.function("de265_get_version", FunctionDescriptor.of(POINTER));
    errorText = library.function("de265_get_error_text", FunctionDescriptor.of(POINTER, INT));
    newDecoder = library.function("de265_new_decoder", FunctionDescriptor.of(POINTER));
    freeDecoder = library.function("de265_free_decoder", FunctionDescriptor.of(INT, POINTER));
    pushData =
        library.function(
            "de265_push_data", FunctionDescriptor.of(INT, POINTER, POINTER, INT, LONG, POINTER));
    flushData = library.function("de265_flush_data", FunctionDescriptor.of(INT, POINTER));
    decode = library.function("de265_decode", FunctionDescriptor.of(INT, POINTER, POINTER));
    warning = library.function("de265_get_warning", FunctionDescriptor.of(INT, POINTER));
    nextPicture =
        library.function("de265_get_next_picture", FunctionDescriptor.of(POINTER, POINTER));
    FunctionDescriptor perPlane = FunctionDescriptor.of(INT, POINTER, INT);
    width = library.function("de265_get_image_width", perPlane);
    height = library.function("de265_get_image_height", perPlane);
    chroma = library.function("de265_get_chroma_format", FunctionDescriptor.of(INT, POINTER));
    bits = library.function("de265_get_bits_per_pixel", perPlane);
    plane =
        library.function(
            "de265_get_image_plane", FunctionDescriptor.of(POINTER, POINTER, INT, POINTER));
    try {
      version = Native.string((MemorySegment) getVersion.invokeExact());
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  static De265 open() throws VideoCodecException {
    try {
      return new De265(Library.open("de265", Library.files("de265", List.of("0"))));
    } catch (LibraryException e) {
      throw new VideoCodecException(e.getMessage());
    }
  }

  @Override
  public String description() {
    return "libde265 " + version;
  }

  @Override
  public List<VideoPicture> decode(byte[] bitstream, VideoFormat format, int count)
      throws VideoCodecException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment decoder = (MemorySegment) newDecoder.invokeExact();
      try {
        MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, bitstream);
        require(
            (int) pushData.invokeExact(decoder, bytes, bitstream.length, 0L, MemorySegment.NULL));
        require((int) flushData.invokeExact(decoder));
        return run(decoder, format, count, arena);
      } finally {
        int ignored = (int) freeDecoder.invokeExact(decoder);
      }
    } catch (VideoCodecException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  private List<VideoPicture> run(MemorySegment decoder, VideoFormat format, int count, Arena arena)
      throws Throwable {
    List<VideoPicture> pictures = new ArrayList<>();
    MemorySegment more = arena.allocate(INT);
    do {
      more.set(INT, 0, 0);
      int code = (int) decode.invokeExact(decoder, more);
      if (code != NEEDS_DATA) {
        require(code);
      }
      // what the decoder conceals is damage here: every bit counts
      int hidden = (int) warning.invokeExact(decoder);
      if (hidden != 0) {
        throw failure(hidden);
      }
      MemorySegment picture = (MemorySegment) nextPicture.invokeExact(decoder);
      while (!Native.isNull(picture)) {
        if (pictures.size() == count) {
          throw new VideoCodecException("the bitstream has more pictures than " + count);
        }
        pictures.add(picture(picture, format, arena));
        picture = (MemorySegment) nextPicture.invokeExact(decoder);
      }
      if (code == NEEDS_DATA) {
        break;
      }
    } while (more.get(INT, 0) != 0);
    return pictures;
  }

  private void require(int code) throws Throwable {
    if (code != 0 && code < WARNINGS) {
      throw failure(code);
    }
  }

  private VideoCodecException failure(int code) throws Throwable {
    String text = Native.string((MemorySegment) errorText.invokeExact(code));
    return new VideoCodecException("the bitstream is damaged: libde265 says: " + text);
  }

  private VideoPicture picture(MemorySegment image, VideoFormat format, Arena arena)
      throws Throwable {
    int w = (int) width.invokeExact(image, 0);
    int h = (int) height.invokeExact(image, 0);
    int c = (int) chroma.invokeExact(image);
    int expected = format.chroma() == ChromaFormat.MONOCHROME ? MONO : YUV420;
    if (w != format.width() || h != format.height() || c != expected) {
      throw new VideoCodecException(
          String.format(
              Locale.ROOT,
              "the bitstream has a picture of %d x %d, chroma format %d, not %s",
              w,
              h,
              c,
              format));
    }
    short[][] planes = new short[format.chroma().planes()][];
    MemorySegment stride = arena.allocate(INT);
    for (int p = 0; p < planes.length; p++) {
      int depth = (int) bits.invokeExact(image, p);
      if (depth != format.bitDepth()) {
        throw new VideoCodecException(
            String.format(Locale.ROOT, "the bitstream has %d bits, not %s", depth, format));
      }
      MemorySegment samples = (MemorySegment) plane.invokeExact(image, p, stride);
      planes[p] = Native.samples(samples, stride.get(INT, 0), depth > 8 ? 2 : 1, format, p);
    }
    return VideoPicture.of(format, planes);
  }
}
