package dev.facet.ffi.cuda;

import dev.facet.ffi.Library;
import dev.facet.ffi.LibraryException;
import dev.facet.ffi.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.util.List;

/**
 * A device through the C interface: memory, and operations that it runs in the order of the calls. Segments are pointers to the
 * device's memory, {@link MemorySegment#NULL} where there is none, arrays are in Java's heap. Thread-safe.
 *
 * <p>What goes wrong on the device (memory that runs out, a driver that fails) is an {@link IllegalStateException}.
 */
final class CudaDevice implements AutoCloseable {
  /** Frees what is on a device once nothing in Java refers to it. */
  static final Cleaner CLEANER = Cleaner.create();

  /** The library's name; {@code -Ddev.facet.ffi.facet_cuda=FILE} is its property. */
  static final String LIBRARY = "facet_cuda";

  private final CudaFunctions functions;
  private final MemorySegment device;
  private boolean closed;

  private CudaDevice(CudaFunctions functions, MemorySegment device) {
    this.functions = functions;
    this.device = device;
  }

  /**
   * Opens the first device.
   *
   * @throws LibraryException if there is no library, or it finds no device
   */
  static CudaDevice open() throws LibraryException {
    CudaFunctions functions =
        CudaFunctions.of(Library.open(LIBRARY, Library.files(LIBRARY, List.of(""))));
    MemorySegment device = pointer(() -> (MemorySegment) functions.open().invokeExact(0));
    if (Native.isNull(device)) {
      throw new LibraryException(error(functions));
    }
    return new CudaDevice(functions, device);
  }

  /** The device's name and kind. */
  synchronized String description() {
    return Native.string(pointer(() -> (MemorySegment) functions.describe().invokeExact(opened())));
  }

  /** Memory for n floats that holds anything. */
  synchronized MemorySegment take(long n) {
    return required(pointer(() -> (MemorySegment) functions.take().invokeExact(opened(), n)));
  }

  /** Memory that is not needed any more: what is queued may still use it. A closed device has none. */
  synchronized void give(MemorySegment memory, long n) {
    if (!closed) {
      run(() -> {
        functions.give().invokeExact(device, memory, n);
      });
    }
  }

  /** Copies to the device. */
  synchronized void upload(float[] from, MemorySegment to) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_FLOAT, from);
      queue(() -> (int) functions.upload().invokeExact(opened(), to, copy, (long) from.length));
    }
  }

  /** Copies from the device, when all that is queued is done. */
  synchronized float[] download(MemorySegment from, int n) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(ValueLayout.JAVA_FLOAT, n);
      queue(() -> (int) functions.download().invokeExact(opened(), copy, from, (long) n));
      return copy.toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  /**
   * Copies a convolution's weights to the device.
   *
   * @param shape the fields of facet_convolution_shape
   * @param weights rows of kernel channels
   */
  synchronized MemorySegment convolution(int[] shape, float[] weights, float[] bias) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sizes = arena.allocateFrom(ValueLayout.JAVA_INT, shape);
      MemorySegment rows = arena.allocateFrom(ValueLayout.JAVA_FLOAT, weights);
      MemorySegment starts = arena.allocateFrom(ValueLayout.JAVA_FLOAT, bias);
      return required(
          pointer(() ->
              (MemorySegment) functions.convolution().invokeExact(opened(), sizes, rows, starts)));
    }
  }

  synchronized void freeConvolution(MemorySegment convolution) {
    if (!closed) {
      run(() -> {
        functions.convolutionFree().invokeExact(device, convolution);
      });
    }
  }

  synchronized void convolve(
      MemorySegment convolution,
      MemorySegment x,
      int height,
      int width,
      MemorySegment before,
      int activation,
      MemorySegment after,
      MemorySegment y) {
    queue(() ->
        (int)
            functions
                .convolve()
                .invokeExact(
                    opened(), convolution, x, height, width, before, activation, after, y));
  }

  /**
   * Copies a GDN's parameters to the device.
   *
   * @param rows row j: what the square of channel j adds to each channel
   */
  synchronized MemorySegment gdn(float[] beta, float[] rows, boolean inverse) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment starts = arena.allocateFrom(ValueLayout.JAVA_FLOAT, beta);
      MemorySegment gamma = arena.allocateFrom(ValueLayout.JAVA_FLOAT, rows);
      return required(
          pointer(() ->
              (MemorySegment)
                  functions
                      .gdn()
                      .invokeExact(opened(), beta.length, starts, gamma, inverse ? 1 : 0)));
    }
  }

  synchronized void freeGdn(MemorySegment gdn) {
    if (!closed) {
      run(() -> {
        functions.gdnFree().invokeExact(device, gdn);
      });
    }
  }

  synchronized void normalize(
      MemorySegment gdn, MemorySegment x, int pixels, MemorySegment residual, MemorySegment y) {
    queue(() -> (int) functions.normalize().invokeExact(opened(), gdn, x, pixels, residual, y));
  }

  synchronized void gate(
      MemorySegment x, MemorySegment a, MemorySegment b, long n, MemorySegment y) {
    queue(() -> (int) functions.gate().invokeExact(opened(), x, a, b, n, y));
  }

  synchronized void activate(MemorySegment x, long n, int activation, MemorySegment y) {
    queue(() -> (int) functions.activate().invokeExact(opened(), x, n, activation, y));
  }

  synchronized void scale(MemorySegment x, long pixels, float[] factors, MemorySegment y) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_FLOAT, factors);
      queue(
          () -> (int) functions.scale().invokeExact(opened(), x, pixels, factors.length, copy, y));
    }
  }

  synchronized void concat(
      MemorySegment a,
      int channelsA,
      MemorySegment b,
      int channelsB,
      long pixels,
      MemorySegment y) {
    queue(() ->
        (int) functions.concat().invokeExact(opened(), a, channelsA, b, channelsB, pixels, y));
  }

  /** y[i][j] = x[rows[i]][columns[j]]; zeros where an index is negative. */
  synchronized void pick(
      MemorySegment x, int width, int channels, int[] rows, int[] columns, MemorySegment y) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment down = arena.allocateFrom(ValueLayout.JAVA_INT, rows);
      MemorySegment across = arena.allocateFrom(ValueLayout.JAVA_INT, columns);
      queue(() ->
          (int)
              functions
                  .pick()
                  .invokeExact(
                      opened(), x, width, channels, down, rows.length, across, columns.length, y));
    }
  }

  /** Frees all its memory; tensors that are still there cannot be read any more. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      run(() -> {
        functions.close().invokeExact(device);
      });
    }
  }

  private MemorySegment opened() {
    if (closed) {
      throw new IllegalStateException("the CUDA backend is closed");
    }
    return device;
  }

  private MemorySegment required(MemorySegment pointer) {
    if (Native.isNull(pointer)) {
      throw failed();
    }
    return pointer;
  }

  private void queue(IntCall call) {
    int code;
    try {
      code = call.run();
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
    if (code != 0) {
      throw failed();
    }
  }

  private IllegalStateException failed() {
    return new IllegalStateException("CUDA: " + error(functions));
  }

  private static String error(CudaFunctions functions) {
    return Native.string(pointer(() -> (MemorySegment) functions.error().invokeExact()));
  }

  private static MemorySegment pointer(PointerCall call) {
    try {
      return call.run();
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  private static void run(VoidCall call) {
    try {
      call.run();
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  @FunctionalInterface
  private interface IntCall {
    int run() throws Throwable;
  }

  @FunctionalInterface
  private interface PointerCall {
    MemorySegment run() throws Throwable;
  }

  @FunctionalInterface
  private interface VoidCall {
    void run() throws Throwable;
  }
}
