package dev.facet.ffi;

import static dev.facet.ffi.Native.INT;
import static dev.facet.ffi.Native.POINTER;

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

/** VVC decoding by libvvdec, with one thread. The layouts are those of VVdeC 1 to 3. */
final class Vvdec implements VideoDecoder {
  private static final int START_CODE = 4;

  private static final int TRY_AGAIN = -40;
  private static final int EOF = -50;

  private static final int PARAMS_BYTES = 16;
  private static final int PARAMS_THREADS = 0;
  private static final int PARAMS_LOG = 8;

  private static final int UNIT_BYTES = 40;
  private static final int UNIT_SIZE = 8;
  private static final int UNIT_USED = 12;

  private static final int FRAME_BYTES = 152;
  private static final int PLANE_BYTES = 32;
  private static final int PLANE_WIDTH = 8;
  private static final int PLANE_HEIGHT = 12;
  private static final int PLANE_STRIDE = 16;
  private static final int PLANE_SAMPLE = 20;
  private static final int FRAME_PLANES = 96;
  private static final int FRAME_DEPTH = 108;

  private final String version;
  private final MethodHandle paramsAlloc;
  private final MethodHandle paramsFree;
  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle unitAlloc;
  private final MethodHandle unitAllocPayload;
  private final MethodHandle unitFree;
  private final MethodHandle decode;
  private final MethodHandle flush;
  private final MethodHandle unref;
  private final MethodHandle lastError;

  private Vvdec(Library library) throws LibraryException {
    MethodHandle getVersion = library.function("vvdec_get_version", FunctionDescriptor.of(POINTER));
    paramsAlloc = library.function("vvdec_params_alloc", FunctionDescriptor.of(POINTER));
    paramsFree = library.function("vvdec_params_free", FunctionDescriptor.ofVoid(POINTER));
    open = library.function("vvdec_decoder_open", FunctionDescriptor.of(POINTER, POINTER));
    close = library.function("vvdec_decoder_close", FunctionDescriptor.of(INT, POINTER));
    unitAlloc = library.function("vvdec_accessUnit_alloc", FunctionDescriptor.of(POINTER));
    unitAllocPayload =
        library.function("vvdec_accessUnit_alloc_payload", FunctionDescriptor.ofVoid(POINTER, INT));
    unitFree = library.function("vvdec_accessUnit_free", FunctionDescriptor.ofVoid(POINTER));
    decode =
        library.function("vvdec_decode", FunctionDescriptor.of(INT, POINTER, POINTER, POINTER));
    flush = library.function("vvdec_flush", FunctionDescriptor.of(INT, POINTER, POINTER));
    unref = library.function("vvdec_frame_unref", FunctionDescriptor.of(INT, POINTER, POINTER));
    lastError = library.function("vvdec_get_last_error", FunctionDescriptor.of(POINTER, POINTER));
    try {
      version = Native.string((MemorySegment) getVersion.invokeExact());
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  static Vvdec open() throws VideoCodecException {
    try {
      return new Vvdec(Library.open("vvdec", Library.files("vvdec", List.of(""))));
    } catch (LibraryException e) {
      throw new VideoCodecException(e.getMessage());
    }
  }

  @Override
  public String description() {
    return "libvvdec " + version;
  }

  @Override
  public List<VideoPicture> decode(byte[] bitstream, VideoFormat format, int count)
      throws VideoCodecException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment decoder = opened();
      try {
        MemorySegment unit = (MemorySegment) unitAlloc.invokeExact();
        try {
          unitAllocPayload.invokeExact(unit, bitstream.length + START_CODE);
          return run(decoder, Native.sized(unit, UNIT_BYTES), bitstream, format, count, arena);
        } finally {
          unitFree.invokeExact(unit);
        }
      } finally {
        int ignored = (int) close.invokeExact(decoder);
      }
    } catch (VideoCodecException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  private MemorySegment opened() throws Throwable {
    MemorySegment params = (MemorySegment) paramsAlloc.invokeExact();
    try {
      MemorySegment fields = Native.sized(params, PARAMS_BYTES);
      fields.set(INT, PARAMS_THREADS, 1);
      fields.set(INT, PARAMS_LOG, 0);
      MemorySegment decoder = (MemorySegment) open.invokeExact(params);
      if (Native.isNull(decoder)) {
        throw new VideoCodecException("libvvdec cannot make a decoder");
      }
      return decoder;
    } finally {
      paramsFree.invokeExact(params);
    }
  }

  /** One NAL unit after the other, as the decoder's own program does, then what it still holds. */
  private List<VideoPicture> run(
      MemorySegment decoder,
      MemorySegment unit,
      byte[] bitstream,
      VideoFormat format,
      int count,
      Arena arena)
      throws Throwable {
    List<VideoPicture> pictures = new ArrayList<>();
    MemorySegment frame = arena.allocate(POINTER);
    MemorySegment payload = Native.sized(unit.get(POINTER, 0), unit.get(INT, UNIT_SIZE));
    for (NalUnits.Unit nal : NalUnits.of(bitstream)) {
      int size = nal.end() - nal.start();
      payload.set(INT_BIG_ENDIAN, 0, 1);
      MemorySegment.copy(bitstream, nal.start(), payload, ValueLayout.JAVA_BYTE, START_CODE, size);
      unit.set(INT, UNIT_USED, START_CODE + size);
      frame.set(POINTER, 0, MemorySegment.NULL);
      int code = (int) decode.invokeExact(decoder, unit, frame);
      if (code != 0 && code != TRY_AGAIN) {
        throw failure(decoder, code);
      }
      take(decoder, frame, format, count, pictures);
    }
    while (pictures.size() < count) {
      frame.set(POINTER, 0, MemorySegment.NULL);
      int code = (int) flush.invokeExact(decoder, frame);
      boolean none = Native.isNull(frame.get(POINTER, 0));
      if (code == EOF || (code == 0 && none)) {
        break;
      }
      if (code != 0) {
        throw failure(decoder, code);
      }
      take(decoder, frame, format, count, pictures);
    }
    return pictures;
  }

  private static final ValueLayout.OfInt INT_BIG_ENDIAN =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(java.nio.ByteOrder.BIG_ENDIAN);

  private VideoCodecException failure(MemorySegment decoder, int code) throws Throwable {
    String why = Native.string((MemorySegment) lastError.invokeExact(decoder));
    return new VideoCodecException(
        String.format(
            Locale.ROOT, "the bitstream is damaged: libvvdec says: %s (%d)", why.strip(), code));
  }

  private void take(
      MemorySegment decoder,
      MemorySegment pointer,
      VideoFormat format,
      int count,
      List<VideoPicture> pictures)
      throws Throwable {
    MemorySegment address = pointer.get(POINTER, 0);
    if (Native.isNull(address)) {
      return;
    }
    try {
      if (pictures.size() == count) {
        throw new VideoCodecException("the bitstream has more pictures than " + count);
      }
      pictures.add(picture(Native.sized(address, FRAME_BYTES), format));
    } finally {
      int ignored = (int) unref.invokeExact(decoder, address);
    }
  }

  private static VideoPicture picture(MemorySegment frame, VideoFormat format)
      throws VideoCodecException {
    int planes = frame.get(INT, FRAME_PLANES);
    int depth = frame.get(INT, FRAME_DEPTH);
    if (planes != format.chroma().planes() || depth != format.bitDepth()) {
      throw new VideoCodecException(
          String.format(
              Locale.ROOT,
              "the bitstream has %d planes of %d bits, not %s",
              planes,
              depth,
              format));
    }
    short[][] samples = new short[planes][];
    for (int p = 0; p < planes; p++) {
      long at = (long) p * PLANE_BYTES;
      int width = frame.get(INT, at + PLANE_WIDTH);
      int height = frame.get(INT, at + PLANE_HEIGHT);
      if (width != format.planeWidth(p) || height != format.planeHeight(p)) {
        throw new VideoCodecException(
            String.format(
                Locale.ROOT,
                "the bitstream has a plane of %d x %d, not %s",
                width,
                height,
                format));
      }
      samples[p] =
          Native.samples(
              frame.get(POINTER, at),
              frame.get(INT, at + PLANE_STRIDE),
              frame.get(INT, at + PLANE_SAMPLE),
              format,
              p);
    }
    return VideoPicture.of(format, samples);
  }
}
