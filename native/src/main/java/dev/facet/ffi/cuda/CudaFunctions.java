package dev.facet.ffi.cuda;

import static dev.facet.ffi.Native.INT;
import static dev.facet.ffi.Native.LONG;
import static dev.facet.ffi.Native.POINTER;

import dev.facet.ffi.Library;
import dev.facet.ffi.LibraryException;
import dev.facet.ffi.Native;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/** The functions of {@code native/cuda/facet_cuda.h}, which says what each does, by their names without {@code facet_cuda_}. */
record CudaFunctions(
    MethodHandle error,
    MethodHandle open,
    MethodHandle describe,
    MethodHandle close,
    MethodHandle take,
    MethodHandle give,
    MethodHandle upload,
    MethodHandle download,
    MethodHandle convolution,
    MethodHandle convolutionFree,
    MethodHandle convolve,
    MethodHandle gdn,
    MethodHandle gdnFree,
    MethodHandle normalize,
    MethodHandle gate,
    MethodHandle activate,
    MethodHandle scale,
    MethodHandle concat,
    MethodHandle pick) {
  private static final int ABI = 1;

  /**
   * Binds a library.
   *
   * @throws LibraryException if functions are missing, or it is made for another version of this class
   */
  static CudaFunctions of(Library library) throws LibraryException {
    int abi;
    try {
      abi = (int) function(library, "abi", FunctionDescriptor.of(INT)).invokeExact();
    } catch (LibraryException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
    if (abi != ABI) {
      throw new LibraryException(
          "libfacet_cuda has interface " + abi + ", not " + ABI + ": build it from native/cuda");
    }
    return new CudaFunctions(
        function(library, "error", FunctionDescriptor.of(POINTER)),
        function(library, "open", FunctionDescriptor.of(POINTER, INT)),
        function(library, "describe", FunctionDescriptor.of(POINTER, POINTER)),
        function(library, "close", FunctionDescriptor.ofVoid(POINTER)),
        function(library, "take", FunctionDescriptor.of(POINTER, POINTER, LONG)),
        function(library, "give", FunctionDescriptor.ofVoid(POINTER, POINTER, LONG)),
        function(library, "upload", queued(POINTER, POINTER, LONG)),
        function(library, "download", queued(POINTER, POINTER, LONG)),
        function(
            library,
            "convolution",
            FunctionDescriptor.of(POINTER, POINTER, POINTER, POINTER, POINTER)),
        function(library, "convolution_free", FunctionDescriptor.ofVoid(POINTER, POINTER)),
        function(
            library,
            "convolve",
            queued(POINTER, POINTER, INT, INT, POINTER, INT, POINTER, POINTER)),
        function(
            library, "gdn", FunctionDescriptor.of(POINTER, POINTER, INT, POINTER, POINTER, INT)),
        function(library, "gdn_free", FunctionDescriptor.ofVoid(POINTER, POINTER)),
        function(library, "normalize", queued(POINTER, POINTER, INT, POINTER, POINTER)),
        function(library, "gate", queued(POINTER, POINTER, POINTER, LONG, POINTER)),
        function(library, "activate", queued(POINTER, LONG, INT, POINTER)),
        function(library, "scale", queued(POINTER, LONG, INT, POINTER, POINTER)),
        function(library, "concat", queued(POINTER, INT, POINTER, INT, LONG, POINTER)),
        function(library, "pick", queued(POINTER, INT, INT, POINTER, INT, POINTER, INT, POINTER)));
  }

  /** int f(device, arguments) */
  private static FunctionDescriptor queued(MemoryLayout... arguments) {
    return FunctionDescriptor.of(INT, arguments).insertArgumentLayouts(0, POINTER);
  }

  private static MethodHandle function(Library library, String name, FunctionDescriptor type)
      throws LibraryException {
    return library.function("facet_cuda_" + name, type);
  }
}
