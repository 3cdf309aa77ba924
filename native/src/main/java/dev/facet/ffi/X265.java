package dev.facet.ffi;

import static dev.facet.ffi.Native.INT;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * HEVC encoding by libx265. Its structures change from build to build, so only builds whose offsets are known are used, and
 * parameters are set by their names, never by their place.
 */
final class X265 implements VideoEncoder {
  static final String INSTALL =
      "apt-get install libx265-199 (Debian 12) or libx265-215 (Debian 13)";

  /**
   * Offsets that differ between builds, in bytes; {@code offsetof} of the headers of x265 3.5, 4.1 and 4.2 on 64-bit systems.
   *
   * @param number of the build, which the name of the one exported function ends with
   */
  private record Build(
      int number,
      int paramDefaultPreset,
      int pictureAlloc,
      int pictureFree,
      int pictureInit,
      int encoderOpen,
      int encoderEncode,
      int encoderClose,
      int planes,
      int strides,
      int bitDepth) {}

  private static final List<Build> BUILDS =
      List.of(
          new Build(199, 88, 96, 104, 112, 120, 160, 184, 24, 48, 60),
          new Build(215, 96, 104, 112, 120, 128, 176, 200, 32, 64, 80),
          new Build(216, 96, 104, 112, 120, 128, 176, 200, 32, 64, 80));

  private static final int API_BUILD = 4;
  private static final int API_BIT_DEPTH = 28;
  private static final int API_VERSION = 32;
  private static final int PARAM_ALLOC = 48;
  private static final int PARAM_FREE = 56;
  private static final int PARAM_PARSE = 72;
  private static final int API_BYTES = 288;

  private static final int PICTURE_BYTES = 256;
  private static final int NAL_BYTES = 16;
  private static final int NAL_SIZE = 4;
  private static final int NAL_PAYLOAD = 8;

  private final Api eight;
  private final Api ten;

  private X265(Api eight, Api ten) {
    this.eight = eight;
    this.ten = ten;
  }

  static X265 open() throws VideoCodecException {
    List<String> versions = BUILDS.stream().map(b -> Integer.toString(b.number)).toList();
    Library library;
    try {
      library = Library.open("x265", Library.files("x265", versions));
    } catch (LibraryException e) {
      throw new VideoCodecException(e.getMessage());
    }
    for (Build build : BUILDS) {
      var getter = library.find("x265_api_get_" + build.number);
      if (getter.isPresent()) {
        MethodHandle get = Library.handle(getter.get(), FunctionDescriptor.of(POINTER, INT));
        return new X265(Api.get(get, build, 8), Api.get(get, build, 10));
      }
    }
    throw new VideoCodecException(
        "libx265 is of a build other than "
            + String.join(", ", versions)
            + ", whose layout is unknown");
  }

  @Override
  public String description() {
    return "libx265 " + eight.version;
  }

  @Override
  public byte[] encode(List<VideoPicture> pictures, int qp) throws VideoCodecException {
    Api api = pictures.getFirst().format().bitDepth() == 8 ? eight : ten;
    return HevcHeaders.once(api.encode(pictures, qp));
  }

  /** The parameters by their names on the command line of x265, in its order. */
  static List<List<String>> parameters(VideoFormat format, int qp) {
    List<List<String>> parameters = new ArrayList<>();
    parameters.add(List.of("input-res", format.width() + "x" + format.height()));
    parameters.add(List.of("fps", "1"));
    parameters.add(
        List.of("input-csp", format.chroma() == ChromaFormat.MONOCHROME ? "i400" : "i420"));
    parameters.add(List.of("keyint", "1"));
    parameters.add(List.of("qp", Integer.toString(qp)));
    parameters.add(List.of("ipratio", "1.0")); // intra pictures get a lower QP by default
    parameters.add(List.of("ctu", Integer.toString(treeUnit(format))));
    parameters.add(List.of("frame-threads", "1"));
    parameters.add(List.of("pools", "none"));
    parameters.add(List.of("log-level", "none"));
    return parameters;
  }

  /** A picture holds at least one coding tree unit: 64 samples a side, or fewer for small pictures. */
  private static int treeUnit(VideoFormat format) {
    int side = Math.min(format.width(), format.height());
    return side >= 64 ? 64 : side >= 32 ? 32 : 16;
  }

  /** The functions for one bit depth. */
  private static final class Api {
    private final Build build;
    private final String version;
    private final MethodHandle paramAlloc;
    private final MethodHandle paramFree;
    private final MethodHandle paramParse;
    private final MethodHandle paramDefaultPreset;
    private final MethodHandle pictureAlloc;
    private final MethodHandle pictureFree;
    private final MethodHandle pictureInit;
    private final MethodHandle encoderOpen;
    private final MethodHandle encoderEncode;
    private final MethodHandle encoderClose;

    private Api(Build build, MemorySegment table) {
      this.build = build;
      version = Native.string(table.get(POINTER, API_VERSION));
      paramAlloc = function(table, PARAM_ALLOC, FunctionDescriptor.of(POINTER));
      paramFree = function(table, PARAM_FREE, FunctionDescriptor.ofVoid(POINTER));
      paramParse =
          function(table, PARAM_PARSE, FunctionDescriptor.of(INT, POINTER, POINTER, POINTER));
      paramDefaultPreset =
          function(
              table,
              build.paramDefaultPreset,
              FunctionDescriptor.of(INT, POINTER, POINTER, POINTER));
      pictureAlloc = function(table, build.pictureAlloc, FunctionDescriptor.of(POINTER));
      pictureFree = function(table, build.pictureFree, FunctionDescriptor.ofVoid(POINTER));
      pictureInit = function(table, build.pictureInit, FunctionDescriptor.ofVoid(POINTER, POINTER));
      encoderOpen = function(table, build.encoderOpen, FunctionDescriptor.of(POINTER, POINTER));
      encoderEncode =
          function(
              table,
              build.encoderEncode,
              FunctionDescriptor.of(INT, POINTER, POINTER, POINTER, POINTER, POINTER));
      encoderClose = function(table, build.encoderClose, FunctionDescriptor.ofVoid(POINTER));
    }

    static Api get(MethodHandle getter, Build build, int bitDepth) throws VideoCodecException {
      MemorySegment table;
      try {
        table = (MemorySegment) getter.invokeExact(bitDepth);
      } catch (Throwable e) {
        throw Native.unexpected(e);
      }
      if (Native.isNull(table)) {
        throw new VideoCodecException("libx265 was built without " + bitDepth + " bits");
      }
      MemorySegment api = Native.sized(table, API_BYTES);
      if (api.get(INT, API_BUILD) != build.number || api.get(INT, API_BIT_DEPTH) != bitDepth) {
        throw new VideoCodecException(
            String.format(
                Locale.ROOT,
                "libx265 says build %d, %d bits, not %d, %d",
                api.get(INT, API_BUILD),
                api.get(INT, API_BIT_DEPTH),
                build.number,
                bitDepth));
      }
      return new Api(build, api);
    }

    private static MethodHandle function(MemorySegment table, int at, FunctionDescriptor type) {
      return Library.handle(table.get(POINTER, at), type);
    }

    byte[] encode(List<VideoPicture> pictures, int qp) throws VideoCodecException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment param = (MemorySegment) paramAlloc.invokeExact();
        try {
          configure(param, pictures.getFirst().format(), qp, arena);
          MemorySegment encoder = (MemorySegment) encoderOpen.invokeExact(param);
          if (Native.isNull(encoder)) {
            throw new VideoCodecException(
                "x265 refuses pictures of " + pictures.getFirst().format() + " at QP " + qp);
          }
          try {
            return run(encoder, param, pictures, arena);
          } finally {
            encoderClose.invokeExact(encoder);
          }
        } finally {
          paramFree.invokeExact(param);
        }
      } catch (VideoCodecException e) {
        throw e;
      } catch (Throwable e) {
        throw Native.unexpected(e);
      }
    }

    private void configure(MemorySegment param, VideoFormat format, int qp, Arena arena)
        throws Throwable {
      int code =
          (int)
              paramDefaultPreset.invokeExact(
                  param, arena.allocateFrom("medium"), arena.allocateFrom("psnr"));
      if (code != 0) {
        throw new VideoCodecException("x265 does not know preset medium, tune psnr");
      }
      for (List<String> each : parameters(format, qp)) {
        set(param, each.get(0), each.get(1), arena);
      }
      set(param, "wpp", "0", arena);
      set(param, "info", "0", arena);
      set(param, "annexb", "1", arena);
    }

    private void set(MemorySegment param, String name, String value, Arena arena) throws Throwable {
      int code =
          (int) paramParse.invokeExact(param, arena.allocateFrom(name), arena.allocateFrom(value));
      if (code != 0) {
        throw new VideoCodecException(
            String.format(Locale.ROOT, "x265 refuses %s=%s (%d)", name, value, code));
      }
    }

    private byte[] run(
        MemorySegment encoder, MemorySegment param, List<VideoPicture> pictures, Arena arena)
        throws Throwable {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      MemorySegment nals = arena.allocate(POINTER);
      MemorySegment count = arena.allocate(INT);
      MemorySegment picture = (MemorySegment) pictureAlloc.invokeExact();
      try {
        for (int i = 0; i < pictures.size(); i++) {
          try (Arena planes = Arena.ofConfined()) {
            pictureInit.invokeExact(param, picture);
            fill(Native.sized(picture, PICTURE_BYTES), pictures.get(i), i, planes);
            encode(encoder, nals, count, picture, out);
          }
        }
      } finally {
        pictureFree.invokeExact(picture);
      }
      while (encode(encoder, nals, count, MemorySegment.NULL, out) > 0) {}
      return out.toByteArray();
    }

    private int encode(
        MemorySegment encoder,
        MemorySegment nals,
        MemorySegment count,
        MemorySegment picture,
        ByteArrayOutputStream out)
        throws Throwable {
      count.set(INT, 0, 0);
      int code = (int) encoderEncode.invokeExact(encoder, nals, count, picture, MemorySegment.NULL);
      if (code < 0) {
        throw new VideoCodecException("x265 fails while encoding (" + code + ")");
      }
      append(nals, count, out);
      return code;
    }

    /** The pts is the picture's first field. */
    private void fill(MemorySegment picture, VideoPicture from, int pts, Arena arena) {
      VideoFormat format = from.format();
      picture.set(Native.LONG, 0, pts);
      picture.set(INT, build.bitDepth, format.bitDepth());
      int bytes = format.bitDepth() > 8 ? 2 : 1;
      for (int p = 0; p < format.chroma().planes(); p++) {
        picture.set(POINTER, build.planes + p * POINTER.byteSize(), Native.plane(from, p, arena));
        picture.set(INT, build.strides + (long) p * Integer.BYTES, format.planeWidth(p) * bytes);
      }
    }

    private static void append(MemorySegment nals, MemorySegment count, ByteArrayOutputStream out) {
      int n = count.get(INT, 0);
      if (n == 0) {
        return;
      }
      MemorySegment list = Native.sized(nals.get(POINTER, 0), (long) n * NAL_BYTES);
      for (int i = 0; i < n; i++) {
        int size = list.get(INT, (long) i * NAL_BYTES + NAL_SIZE);
        MemorySegment payload = list.get(POINTER, (long) i * NAL_BYTES + NAL_PAYLOAD);
        out.writeBytes(Native.sized(payload, size).toArray(ValueLayout.JAVA_BYTE));
      }
    }
  }
}
