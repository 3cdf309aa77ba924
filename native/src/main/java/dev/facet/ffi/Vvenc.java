package dev.facet.ffi;

import static dev.facet.ffi.Native.BOOL;
import static dev.facet.ffi.Native.INT;
import static dev.facet.ffi.Native.LONG;
import static dev.facet.ffi.Native.POINTER;

import dev.facet.codec.video.ChromaFormat;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Locale;

/**
 * VVC encoding by libvvenc, preset fast. The configuration's layout changes from version to version: it is zeroed memory of more
 * than its size, set by names. Picture and access unit have had the layout below since VVenC 1.0.
 */
final class Vvenc implements VideoEncoder {
  private static final int CONFIG_BYTES = 1 << 18;
  private static final int PRESET_FAST = 1;

  private static final int YUV_BYTES = 96;
  private static final int PLANE_BYTES = 24;
  private static final int PLANE_WIDTH = 8;
  private static final int PLANE_HEIGHT = 12;
  private static final int PLANE_STRIDE = 16;
  private static final int SEQUENCE_NUMBER = 72;
  private static final int CTS = 80;
  private static final int CTS_VALID = 88;

  private static final int UNIT_BYTES = 16;
  private static final int UNIT_USED = 12;
  private static final int HEADERS = 1 << 16;

  private final String version;
  private final MethodHandle initDefault;
  private final MethodHandle setParam;
  private final MethodHandle create;
  private final MethodHandle open;
  private final MethodHandle lastError;
  private final MethodHandle close;
  private final MethodHandle yuvAlloc;
  private final MethodHandle yuvFree;
  private final MethodHandle unitAlloc;
  private final MethodHandle unitAllocPayload;
  private final MethodHandle unitFree;
  private final MethodHandle encode;

  private Vvenc(Library library) throws LibraryException {
    MethodHandle getVersion = library.function("vvenc_get_version", FunctionDescriptor.of(POINTER));
    initDefault =
        library.function(
            "vvenc_init_default",
            FunctionDescriptor.of(INT, POINTER, INT, INT, INT, INT, INT, INT));
    setParam =
        library.function("vvenc_set_param", FunctionDescriptor.of(INT, POINTER, POINTER, POINTER));
    create = library.function("vvenc_encoder_create", FunctionDescriptor.of(POINTER));
    open = library.function("vvenc_encoder_open", FunctionDescriptor.of(INT, POINTER, POINTER));
    lastError = library.function("vvenc_get_last_error", FunctionDescriptor.of(POINTER, POINTER));
    close = library.function("vvenc_encoder_close", FunctionDescriptor.of(INT, POINTER));
    yuvAlloc = library.function("vvenc_YUVBuffer_alloc", FunctionDescriptor.of(POINTER));
    yuvFree = library.function("vvenc_YUVBuffer_free", FunctionDescriptor.ofVoid(POINTER, BOOL));
    unitAlloc = library.function("vvenc_accessUnit_alloc", FunctionDescriptor.of(POINTER));
    unitAllocPayload =
        library.function("vvenc_accessUnit_alloc_payload", FunctionDescriptor.ofVoid(POINTER, INT));
    unitFree = library.function("vvenc_accessUnit_free", FunctionDescriptor.ofVoid(POINTER, BOOL));
    encode =
        library.function(
            "vvenc_encode", FunctionDescriptor.of(INT, POINTER, POINTER, POINTER, POINTER));
    try {
      version = Native.string((MemorySegment) getVersion.invokeExact());
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  static Vvenc open() throws VideoCodecException {
    try {
      return new Vvenc(Library.open("vvenc", Library.files("vvenc", List.of(""))));
    } catch (LibraryException e) {
      throw new VideoCodecException(e.getMessage());
    }
  }

  @Override
  public String description() {
    return "libvvenc " + version;
  }

  @Override
  public byte[] encode(List<VideoPicture> pictures, int qp) throws VideoCodecException {
    VideoFormat format = pictures.getFirst().format();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment config = arena.allocate(CONFIG_BYTES, Long.BYTES);
      configure(config, format, qp, arena);
      MemorySegment encoder = (MemorySegment) create.invokeExact();
      if (Native.isNull(encoder)) {
        throw new VideoCodecException("libvvenc cannot make an encoder");
      }
      try {
        require((int) open.invokeExact(encoder, config), encoder, "refuses " + format);
        return run(encoder, pictures, arena);
      } finally {
        int ignored = (int) close.invokeExact(encoder);
      }
    } catch (VideoCodecException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  private void configure(MemorySegment config, VideoFormat format, int qp, Arena arena)
      throws Throwable {
    int code =
        (int)
            initDefault.invokeExact(config, format.width(), format.height(), 1, 0, qp, PRESET_FAST);
    if (code != 0) {
      throw new VideoCodecException("libvvenc refuses " + format + " at QP " + qp);
    }
    String bits = Integer.toString(format.bitDepth());
    set(config, "ChromaFormatIDC", chroma(format), arena);
    set(config, "inputbitdepth", bits, arena);
    set(config, "internalbitdepth", bits, arena);
    set(config, "qpa", "0", arena); // no perceptual adaptation: constant QP
    set(config, "threads", "1", arena);
    set(config, "intraperiod", "1", arena);
    set(config, "IntraQPOffset", "0", arena); // -3 by default
    set(config, "verbosity", "silent", arena);
  }

  private static String chroma(VideoFormat format) {
    return format.chroma() == ChromaFormat.MONOCHROME ? "400" : "420";
  }

  private void set(MemorySegment config, String name, String value, Arena arena) throws Throwable {
    int code =
        (int) setParam.invokeExact(config, arena.allocateFrom(name), arena.allocateFrom(value));
    if (code != 0) {
      throw new VideoCodecException(
          String.format(Locale.ROOT, "libvvenc refuses %s=%s (%d)", name, value, code));
    }
  }

  private void require(int code, MemorySegment encoder, String what) throws Throwable {
    if (code != 0) {
      String why = Native.string((MemorySegment) lastError.invokeExact(encoder));
      throw new VideoCodecException("libvvenc " + what + ": " + why.strip());
    }
  }

  private byte[] run(MemorySegment encoder, List<VideoPicture> pictures, Arena arena)
      throws Throwable {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MemorySegment done = arena.allocate(BOOL);
    MemorySegment unit = (MemorySegment) unitAlloc.invokeExact();
    MemorySegment yuv = (MemorySegment) yuvAlloc.invokeExact();
    try {
      long most = 4 * pictures.getFirst().format().samples() + HEADERS;
      unitAllocPayload.invokeExact(unit, Math.toIntExact(most));
      for (int i = 0; i < pictures.size(); i++) {
        try (Arena planes = Arena.ofConfined()) {
          fill(Native.sized(yuv, YUV_BYTES), pictures.get(i), i, planes);
          step(encoder, yuv, unit, done, out);
        }
      }
      while (done.get(BOOL, 0) == 0) {
        step(encoder, MemorySegment.NULL, unit, done, out);
      }
      return out.toByteArray();
    } finally {
      yuvFree.invokeExact(yuv, (byte) 0);
      unitFree.invokeExact(unit, (byte) 1);
    }
  }

  private void step(
      MemorySegment encoder,
      MemorySegment yuv,
      MemorySegment unit,
      MemorySegment done,
      ByteArrayOutputStream out)
      throws Throwable {
    MemorySegment fields = Native.sized(unit, UNIT_BYTES);
    fields.set(INT, UNIT_USED, 0);
    require((int) encode.invokeExact(encoder, yuv, unit, done), encoder, "fails while encoding");
    int used = fields.get(INT, UNIT_USED);
    if (used > 0) {
      out.writeBytes(Native.sized(fields.get(POINTER, 0), used).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  /** Samples are int16 at every bit depth. */
  private static void fill(MemorySegment yuv, VideoPicture picture, int number, Arena arena) {
    VideoFormat format = picture.format();
    for (int p = 0; p < format.chroma().planes(); p++) {
      long at = (long) p * PLANE_BYTES;
      yuv.set(POINTER, at, arena.allocateFrom(ValueLayout.JAVA_SHORT, picture.plane(p)));
      yuv.set(INT, at + PLANE_WIDTH, format.planeWidth(p));
      yuv.set(INT, at + PLANE_HEIGHT, format.planeHeight(p));
      yuv.set(INT, at + PLANE_STRIDE, format.planeWidth(p));
    }
    yuv.set(LONG, SEQUENCE_NUMBER, number);
    yuv.set(LONG, CTS, number);
    yuv.set(BOOL, CTS_VALID, (byte) 1);
  }
}
